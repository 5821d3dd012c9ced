import { Coverage } from './coverage.ts'
import { runSchedule, type ScheduleResult } from './schedule.ts'

/** Lives a life twice, with and without what is kept to save time. Any difference between the two is a violation of its own. */
export function comparePlain(seed: number): ScheduleResult {
  const [saving, plain] = [false, true].map((isPlain) => {
    const coverage = new Coverage()
    const result = runSchedule(seed, { coverage, isTraced: true, isPlain })
    return { result, lines: [...result.trace, JSON.stringify([{ ...result, trace: null }, [...coverage.counts], coverage.visits])] }
  }) as [Lived, Lived]
  const at = saving.lines.findIndex((line, index) => line !== plain.lines[index])
  if (at === -1 && saving.lines.length === plain.lines.length) return saving.result
  return { ...saving.result, violations: [{ rule: 'plain', detail: `line ${at + 1} is "${saving.lines[at] ?? ''}", without savings "${plain.lines[at] ?? ''}"`, at: 0 }] }
}

interface Lived { result: ScheduleResult, lines: string[] }
