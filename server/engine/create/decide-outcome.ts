import type { VirtFusionError } from '../../virtfusion/errors.ts'
import { classifyFailure } from '../classify-failure.ts'

interface Made { id: number, uuid: string, ownerId: number | null }
type Answer<T> = { ok: true, value: T } | { ok: false, error: Pick<VirtFusionError, 'kind' | 'effect' | 'status' | 'isConfirmedNotFound' | 'bodyForm' | 'retryAfterMs'> }

/** What the answer to a create means. `unknown` is the default: every other class needs proof. */
export type CreateOutcome<T> =
  | { type: 'made', remote: T }
  /** The server exists, but is somebody else's. */
  | { type: 'foreign', remote: T }
  /** Declined for good: the same order gets the same answer. */
  | { type: 'refused' }
  /** Declined for now, by a panel that answers: too many calls, or busy. Waited out without counting, and a person hears of it when it lasts. */
  | { type: 'passing', retryAfterMs: number | null }
  /** Never left, or nobody was there: tried again without counting. */
  | { type: 'not-sent', retryAfterMs: number | null }
  /** The token is refused. */
  | { type: 'paused' }
  | { type: 'unknown' }

/** Sorts the answer to the one create call of an order. Pure. */
export function decideCreateOutcome<T extends Made>(answer: Answer<T>, ownerId: number): CreateOutcome<T> {
  if (answer.ok) return answer.value.ownerId === ownerId ? { type: 'made', remote: answer.value } : { type: 'foreign', remote: answer.value }
  const { error } = answer
  if (error.effect !== 'none') return { type: 'unknown' }
  const { retryAfterMs } = error
  // Held back by this client while a pause lasts that the panel has asked for.
  if (error.kind === 'rate-limited' && error.status === null) return { type: 'not-sent', retryAfterMs }
  if (error.kind === 'rate-limited' || error.kind === 'maintenance') return { type: 'passing', retryAfterMs }
  switch (classifyFailure(error)) {
    case 'unauthorized':
    case 'forbidden': return { type: 'paused' }
    case 'busy': return { type: 'passing', retryAfterMs }
    // A record that the body names does not exist: the plan is wrong, not the weather.
    case 'absent':
    case 'refused': return { type: 'refused' }
    case 'unavailable': return error.status === null ? { type: 'not-sent', retryAfterMs } : { type: 'passing', retryAfterMs }
  }
}
