const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

// With numbers only: "yesterday" would be anything up to 48 hours, "last month" up to 60 days.
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/** "5 minutes ago", "in 2 hours"; within a minute "just now" or "in a moment". */
export function formatRelative(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000
  const size = Math.abs(seconds)
  const unit = UNITS.find(([, length]) => size >= length)
  if (!unit) return seconds > 0 ? 'in a moment' : 'just now'
  return relative.format(Math.trunc(seconds / unit[1]), unit[0])
}

/** The same to the second for what is near: "in 12 seconds", "now". */
export function formatUntil(at: string, now: number): string {
  const seconds = Math.ceil((Date.parse(at) - now) / 1000)
  if (seconds <= 0) return 'now'
  return seconds < 120 ? relative.format(seconds, 'second') : formatRelative(at, now)
}

/** "23 Nov 2026, 17:05:09 UTC". Without a zone the reader's own is used. */
export function formatAbsolute(at: string, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short', timeZone,
  }).format(new Date(at))
}
