/** `2025-01-15T15:00:49+00:00`, the form of most endpoints. */
export const offsetDate = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, '+00:00')

/** `2025-01-15T15:00:49.000000Z`, the form of packages and users. */
export const zuluDate = (ms: number) => new Date(ms).toISOString().replace('Z', '000Z')

/** `2025-01-15 15:00:49`, without a zone, the form of traffic and tasks. */
export const plainDate = (ms: number) => new Date(ms).toISOString().replace('T', ' ').slice(0, 19)

export interface Period {
  /** Counts from 1 at the server's creation; not a calendar month. */
  month: number
  start: number
  /** The last second of the period. */
  end: number
}

function monthsAfter(dayStart: number, months: number) {
  const date = new Date(dayStart)
  const target = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1))
  const lastDay = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate()
  target.setUTCDate(Math.min(date.getUTCDate(), lastDay))

  return target.getTime()
}

/** The traffic period with number `month`, counted from the day of creation. */
export function trafficPeriod(created: number, month: number): Period {
  const day = Math.floor(created / 86_400_000) * 86_400_000

  return { month, start: monthsAfter(day, month - 1), end: monthsAfter(day, month) - 1000 }
}

/** The number of the traffic period that holds `now`. */
export function currentTrafficMonth(created: number, now: number): number {
  let month = 1
  while (trafficPeriod(created, month + 1).start <= now) month += 1

  return month
}
