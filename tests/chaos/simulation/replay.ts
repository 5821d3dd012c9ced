// node replay.ts SEED [shrink]: one life again, line by line; with `shrink` its smallest form that breaks the same rule.
import { shrink } from './shrink.ts'
import { runSchedule, timeOfNow } from './schedule.ts'
import { useVirtualTimers } from './virtual-time.ts'

useVirtualTimers(timeOfNow)
setImmediate(() => {
  const [seed = '1', mode] = process.argv.slice(2)
  const first = runSchedule(Number(seed), { isTraced: true })
  const rule = first.violations[0]?.rule
  const { result, ...size } = mode === 'shrink' && rule ? shrink(Number(seed), rule) : { result: first }
  process.stdout.write(`${result.trace.join('\n')}\n${JSON.stringify({ seed, ...size, events: result.events, orders: result.orders, violations: result.violations }, null, 2)}\n`)
})
