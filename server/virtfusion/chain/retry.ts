import { VirtFusionError } from '../errors.ts'
import type { Clock, Link } from './link.ts'

const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 5_000

/** Repeats reads after passing failures, with full jitter, as long as the deadline allows. Changes pass straight through. */
export function retry(clock: Clock): Link {
  return next => async (request) => {
    if (request.kind !== 'read') return next(request)

    for (let failures = 0; ; failures += 1) {
      try {
        return await next(request)
      }
      catch (error) {
        if (failures >= request.retries || !isWorthRepeating(error)) throw error
        const delay = retryDelay(failures, error.retryAfterMs, clock.random())
        if (clock.now() + delay >= request.deadlineAt) throw error
        await clock.sleep(delay, request.signal).catch(() => {
          // The deadline or the caller ended the wait: what is worth telling is why it was waiting.
          throw error
        })
      }
    }
  }
}

/** Milliseconds before the next try: the panel's wish, or a random part of a doubling window. */
export function retryDelay(failures: number, retryAfterMs: number | null, random: number): number {
  if (retryAfterMs !== null) return retryAfterMs
  return Math.round(Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS) * random)
}

function isWorthRepeating(error: unknown): error is VirtFusionError {
  if (!(error instanceof VirtFusionError)) return false
  if (error.kind === 'connection-lost') return true
  if (error.status !== null) return [429, 502, 503, 504].includes(error.status)
  // A name that does not exist won't exist a moment later; a resolver that is busy will answer.
  if (error.kind === 'dns') return error.causeCode !== 'ENOTFOUND'
  return error.kind === 'refused' || error.kind === 'unreachable' || error.kind === 'connect-timeout'
}
