import { nanoid } from 'nanoid'

/** Idempotency keys, one for each thing that is asked for. Asked again after a failure it carries the same key, so that a lost answer never makes a second order. */
export function useIntentKeys() {
  const keys = new Map<string, string>()

  function keyOf(intent: string): string {
    const key = keys.get(intent) ?? nanoid()
    keys.set(intent, key)
    return key
  }

  /** It was accepted: asked for once more, it is another one. */
  function settle(intent: string) {
    keys.delete(intent)
  }

  return { keyOf, settle }
}
