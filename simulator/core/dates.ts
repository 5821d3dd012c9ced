const DAY = 86_400_000
const KEPT_DAYS = 4000

/** `2025-01-15` by the number of the day: most dates of a panel fall on few days, and making this part is what costs. */
const days = new Map<number, string>()

function dayText(ms: number) {
  const number = Math.floor(ms / DAY)
  const known = days.get(number)
  if (known !== undefined) return known
  if (days.size >= KEPT_DAYS) days.clear()
  const text = new Date(number * DAY).toISOString().slice(0, -14)
  days.set(number, text)

  return text
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

function timeText(ms: number) {
  const seconds = Math.floor((ms - Math.floor(ms / DAY) * DAY) / 1000)

  return `${TWO_DIGITS[Math.floor(seconds / 3600)]}:${TWO_DIGITS[Math.floor(seconds / 60) % 60]}:${TWO_DIGITS[seconds % 60]}`
}

const milliseconds = (ms: number) => String(Math.floor(ms) - Math.floor(ms / 1000) * 1000).padStart(3, '0')

/** `2025-01-15T15:00:49.120Z`, as `Date` writes it. */
export const isoDate = (ms: number) => `${dayText(ms)}T${timeText(ms)}.${milliseconds(ms)}Z`

/** `2025-01-15T15:00:49+00:00`, the form of most endpoints. */
export const offsetDate = (ms: number) => `${dayText(ms)}T${timeText(ms)}+00:00`

/** `2025-01-15T15:00:49.000000Z`, the form of packages and users. */
export const zuluDate = (ms: number) => `${dayText(ms)}T${timeText(ms)}.${milliseconds(ms)}000Z`

/** `2025-01-15 15:00:49`, without a zone, the form of traffic and tasks. */
export const plainDate = (ms: number) => `${dayText(ms)} ${timeText(ms)}`

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

/** By the start of the day of creation plus the month's number: every read of a server asks for its period anew. */
const periods = new Map<number, Readonly<Period>>()

/** The traffic period with number `month`, counted from the day of creation. */
export function trafficPeriod(created: number, month: number): Readonly<Period> {
  const day = Math.floor(created / DAY) * DAY
  const known = periods.get(day + month)
  if (known) return known
  if (periods.size >= KEPT_DAYS) periods.clear()
  const period = { month, start: monthsAfter(day, month - 1), end: monthsAfter(day, month) - 1000 }
  periods.set(day + month, period)

  return period
}

/** The number of the traffic period that holds `now`. */
export function currentTrafficMonth(created: number, now: number): number {
  const [from, to] = [new Date(created), new Date(now)]
  // Every period that began in an earlier calendar month has begun; at most one more has.
  let month = Math.max(1, (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth())
  while (trafficPeriod(created, month + 1).start <= now) month += 1

  return month
}
