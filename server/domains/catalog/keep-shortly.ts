/** Prices and packages change rarely; a new one shows within a minute. */
const KEEP_MS = 60_000
/** A failure is asked again soon, but not by every field of a form. */
const KEEP_FAILURE_MS = 5_000

interface Kept { until: number, value: Promise<{ state: string }> }

/** By connection: another address or token is another client, and nothing of the former one is shown. */
const keptByConnection = new WeakMap<object, Map<string, Kept>>()

/** Reads once a minute per connection and key; askers at the same time share one reading. */
export function keepShortly<T extends { state: string }>(connection: object, key: string, read: () => Promise<T>): Promise<T> {
  const kept = keptByConnection.get(connection) ?? new Map<string, Kept>()
  keptByConnection.set(connection, kept)
  const former = kept.get(key)
  if (former !== undefined && former.until > Date.now()) return former.value as Promise<T>

  const value = read()
  const entry: Kept = { until: Date.now() + KEEP_MS, value }
  kept.set(key, entry)
  value.then(
    ({ state }) => { if (state === 'unknown') entry.until = Date.now() + KEEP_FAILURE_MS },
    () => kept.delete(key),
  )
  return value
}
