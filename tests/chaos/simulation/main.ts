// One process of the simulation: runs lives from a seed on and says on its channel what became of them.
// Started by pool.ts: node main.ts '{"from":1,"step":1,"count":100,"seconds":null}'
import { randomUUID } from 'node:crypto'
import { SqlBridge } from '../stores/bridge.ts'
import { MirroredDatabase } from '../stores/mirrored-database.ts'
import { Coverage, type Visited } from './coverage.ts'
import { comparePlain } from './compare-plain.ts'
import { runSchedule, timeOfNow, type LifeMode, type ScheduleOptions, type ScheduleResult } from './schedule.ts'
import { useVirtualTimers } from './virtual-time.ts'

interface Task { mode: LifeMode | null, seeds: readonly number[] | null, from: number, count: number, step: number, seconds: number | null, stopAtFirst: boolean, isCompared: boolean, orders?: number, database?: string }
export interface Report {
  schedules: number
  events: number
  panelCalls: number
  orders: number
  active: number
  asked: number
  failures: Pick<ScheduleResult, 'seed' | 'violations'>[]
  coverage: [string, number][]
  visits: Visited[]
  edges: [string, number][]
}

const CHUNK = 50

useVirtualTimers(timeOfNow)
// Nobody reads the stacks of errors that are part of a life, and writing them costs more than the rest of it. A replay has them.
Error.stackTraceLimit = 0
// The engine's promises must run when the simulation says so, which needs a turn of the event loop of its own.
const task = JSON.parse(process.argv[2] ?? '{}') as Task
const bridge = task.database === undefined ? null : await SqlBridge.open(task.database, randomUUID())
setImmediate(() => work(task, bridge ? { openDatabase: (now) => new MirroredDatabase(now, bridge) } : {}))

function work({ mode, seeds, from, count, step, seconds, stopAtFirst, isCompared, orders }: Task, store: Pick<ScheduleOptions, 'openDatabase'>): void {
  const startedAt = process.hrtime.bigint()
  const isLate = () => seconds !== null && Number(process.hrtime.bigint() - startedAt) / 1e9 > seconds
  let report = newReport()
  let coverage = new Coverage()
  const hand = () => {
    report.coverage = [...coverage.counts]
    report.visits = coverage.visits
    report.edges = [...coverage.edges]
    process.send?.(report)
    report = newReport()
    coverage = new Coverage()
  }
  for (let index = 0; index < count && !isLate(); index++) {
    const seed = seeds?.[index] ?? from + index * step
    const result = isCompared ? comparePlain(seed) : runSchedule(seed, { coverage, ...store, ...(orders === undefined ? {} : { orders }), ...(mode ? { mode } : {}) })
    report.schedules += 1
    report.events += result.events
    report.panelCalls += result.panelCalls
    report.orders += result.orders
    report.active += result.active
    report.asked += result.asked
    if (result.violations.length > 0) report.failures.push({ seed: result.seed, violations: result.violations.slice(0, 3) })
    if (report.schedules === CHUNK || (stopAtFirst && report.failures.length > 0)) hand()
    if (stopAtFirst && result.violations.length > 0) break
  }
  hand()
  void bridge?.close()
  process.disconnect?.()
}

function newReport(): Report {
  return { schedules: 0, events: 0, panelCalls: 0, orders: 0, active: 0, asked: 0, failures: [], coverage: [], visits: [], edges: [] }
}
