// node replay.ts SEED [direct|escrow|mixed] [shrink]: one life again, line by line; with `shrink` its smallest form that breaks the same rule.
import { shrink } from './shrink.ts'
import { LIFE_MODES, runSchedule, timeOfNow } from './schedule.ts'
import { useVirtualTimers } from './virtual-time.ts'

useVirtualTimers(timeOfNow)
setImmediate(() => {
  const [seed = '1', ...words] = process.argv.slice(2)
  const mode = LIFE_MODES.find((name) => words.includes(name))
  const own = mode ? { mode } : {}
  const first = runSchedule(Number(seed), { ...own, isTraced: true })
  const rule = first.violations[0]?.rule
  const { result, ...size } = words.includes('shrink') && rule ? shrink(Number(seed), rule, own) : { result: first }
  process.stdout.write(`${result.trace.join('\n')}\n${JSON.stringify({ seed, ...size, events: result.events, orders: result.orders, violations: result.violations }, null, 2)}\n`)
})
