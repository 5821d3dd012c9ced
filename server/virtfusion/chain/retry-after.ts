const LONGEST_MS = 24 * 60 * 60 * 1000

/** Milliseconds to wait, from either form of `Retry-After` (seconds or a date); null when absent or unreadable. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null
  const value = header.trim()
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Math.ceil(Number(value) * 1000), LONGEST_MS)
  const time = Date.parse(value)
  if (value === '' || Number.isNaN(time)) return null
  return Math.min(Math.max(time - now, 0), LONGEST_MS)
}
