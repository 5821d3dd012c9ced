/** Whoever is asked to wait for longer comes back all the same: a proxy that names a day, or a clock that is off, would stop everything until then. */
export const LONGEST_WAIT_MS = 15 * 60 * 1000

/** Beyond thirty years the figure says no more. */
const LONGEST_MS = 30 * 365 * 24 * 60 * 60 * 1000

/** Milliseconds to wait as the panel asks, from either form of `Retry-After` (seconds or a date); null when absent or unreadable. How long to wait is `heedRetryAfter`. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null
  const value = header.trim()
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Math.ceil(Number(value) * 1000), LONGEST_MS)
  const time = Date.parse(value)
  if (value === '' || Number.isNaN(time)) return null
  return Math.min(Math.max(time - now, 0), LONGEST_MS)
}

/** How long a call waits before it is tried again, in ms: as the panel asks, a quarter of an hour at most. */
export function heedRetryAfter(askedMs: number | null): number | null {
  return askedMs === null ? null : Math.min(askedMs, LONGEST_WAIT_MS)
}
