/** Prices and packages change rarely; a new one shows within a minute. */
const KEEP_MS = 60_000
/** A failure is asked again soon, but not by every field of a form. */
const KEEP_FAILURE_MS = 5_000
/** What is kept of one connection at most; the oldest goes first, and is only read again. */
const MOST_KEPT = 2_000

interface Kept { until: number, value: Promise<{ state: string }> }

/** By connection: another address or token is another client, and nothing of the former one is shown. */
const keptByConnection = new WeakMap<object, Map<string, Kept>>()

/** Reads once per connection and key within `keepMs`, a minute unless given; askers at the same time share one reading. */
export function keepShortly<T extends { state: string }>(connection: object, key: string, read: () => Promise<T>, keepMs = KEEP_MS): Promise<T> {
  const kept = keptByConnection.get(connection) ?? new Map<string, Kept>()
  keptByConnection.set(connection, kept)
  const former = kept.get(key)
  if (former !== undefined && former.until > Date.now()) return former.value as Promise<T>

  const value = read()
  const entry: Kept = { until: Date.now() + keepMs, value }
  kept.delete(key)
  kept.set(key, entry)
  const [oldest] = kept.keys()
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  const forget = () => { if (kept.get(key) === entry) kept.delete(key) }
  value.then(({ state }) => { if (state === 'unknown') entry.until = Date.now() + KEEP_FAILURE_MS }, forget)
  return value
}
