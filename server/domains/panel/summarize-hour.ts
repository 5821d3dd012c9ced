import type { PanelHealth } from '#shared/schemas/panel.ts'
import type { PanelMinute } from '../../generated/prisma/client.ts'

type Counts = Omit<PanelMinute, 'connection'>

const MINUTE_MS = 60_000
const POINTS = 60

/** Sixty points up to the running minute, those without calls too, and what they come to together. */
export function summarizeHour(rows: Counts[], now: Date): Pick<PanelHealth, 'minutes' | 'calls' | 'failures' | 'latencyMs' | 'slowestMs'> {
  const current = Math.floor(now.getTime() / MINUTE_MS)
  const byMinute = new Map(rows.map((row) => [Math.floor(row.minute.getTime() / MINUTE_MS), row]))
  const numbers = Array.from({ length: POINTS }, (_, index) => current - POINTS + 1 + index)
  const shown = numbers.flatMap((number) => byMinute.get(number) ?? [])
  return {
    minutes: numbers.map((number) => {
      const row = byMinute.get(number)
      return { at: new Date(number * MINUTE_MS).toISOString(), calls: row?.calls ?? 0, failures: row?.failures ?? 0, latencyMs: row ? average([row]) : null }
    }),
    calls: sum(shown, 'calls'),
    failures: sum(shown, 'failures'),
    latencyMs: average(shown),
    slowestMs: average(shown) === null ? null : Math.max(...shown.map((row) => row.durationMaxMs)),
  }
}

function average(rows: Counts[]): number | null {
  const measured = sum(rows, 'calls') - sum(rows, 'failures')
  return measured > 0 ? Math.round(sum(rows, 'durationSumMs') / measured) : null
}

const sum = (rows: Counts[], field: 'calls' | 'failures' | 'durationSumMs') => rows.reduce((total, row) => total + row[field], 0)
