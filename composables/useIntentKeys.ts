import { nanoid } from 'nanoid'

/** Who asks again this long after a failure was shown, in ms, means the same thing; later it is another wish. */
const SAME_WISH_MS = 60_000

/**
 * Idempotency keys, one for each thing that is asked for. Asked again soon after a failure it carries the same key, so that a lost answer never
 * makes a second order; not for ever, for an old key is answered with what it has long done, and a new wish would be lost.
 */
export function useIntentKeys() {
  const failed = new Map<string, { key: string, at: number }>()

  /** Sends what is asked for under its key. @throws what `send` throws */
  async function sendAs<T>(intent: string, send: (idempotencyKey: string) => Promise<T>): Promise<T> {
    const before = failed.get(intent)
    const key = before && Date.now() - before.at < SAME_WISH_MS ? before.key : nanoid()
    try {
      const answer = await send(key)
      failed.delete(intent)
      return answer
    }
    catch (error) {
      failed.set(intent, { key, at: Date.now() })
      throw error
    }
  }

  return { sendAs }
}
