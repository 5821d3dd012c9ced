import { NETWORK_FAULTS, PROCESS_FAULTS } from './faults.ts'
import { runSchedule, type ScheduleOptions, type ScheduleResult } from './schedule.ts'

export interface Shrunk { orders: number, without: string[], result: ScheduleResult }

/** The smallest life of this seed that still breaks the same rule: fewer orders, and no fault that it does not need. */
export function shrink(seed: number, rule: string, { mode }: Pick<ScheduleOptions, 'mode'> = {}): Shrunk {
  const own = mode ? { mode } : {}
  const breaks = (options: ScheduleOptions) => {
    const result = runSchedule(seed, { ...own, ...options })
    return result.violations.some((violation) => violation.rule === rule) ? result : null
  }
  let orders = runSchedule(seed, own).orders
  for (let fewer = 1; fewer < orders; fewer++) {
    if (!breaks({ orders: fewer })) continue
    orders = fewer
    break
  }
  const without: string[] = []
  for (const fault of [...NETWORK_FAULTS, ...PROCESS_FAULTS]) if (breaks({ orders, without: [...without, fault] })) without.push(fault)
  return { orders, without, result: runSchedule(seed, { ...own, orders, without, isTraced: true }) }
}
