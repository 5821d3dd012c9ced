/** The delays that are offered by name, in minutes. */
export const DELETE_DELAYS = [
  { minutes: 0, label: 'Now' },
  { minutes: 60, label: 'In 1 hour' },
  { minutes: 24 * 60, label: 'In 24 hours' },
  { minutes: 72 * 60, label: 'In 72 hours' },
  { minutes: 7 * 24 * 60, label: 'In 7 days' },
] as const

/** Where a dialog starts: a day in which whoever misses the server can still say so. */
export const USUAL_DELETE_DELAY = 24 * 60

const UNITS = [
  { minutes: 24 * 60, one: 'day', many: 'days' },
  { minutes: 60, one: 'hour', many: 'hours' },
  { minutes: 1, one: 'minute', many: 'minutes' },
] as const

/** A length of time in its two largest units: 1500 is "1 day 1 hour". Under a minute is "less than a minute". */
export function describeMinutes(minutes: number): string {
  const parts: string[] = []
  let rest = Math.floor(minutes)
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.minutes)
    rest -= count * unit.minutes
    if (count > 0) parts.push(`${count} ${count === 1 ? unit.one : unit.many}`)
  }
  return parts.slice(0, 2).join(' ') || 'less than a minute'
}
