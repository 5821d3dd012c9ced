import type { BodyForm } from './errors.ts'

/** `none`: the panel has certainly not acted. `unknown`: it may have, and only looking can tell. */
export type Effect = 'none' | 'unknown'

/** What is known about a call that did not succeed. */
export interface FailureEvidence {
  isChange: boolean
  /** False when the call ended before its own, fresh connection was established, so not one byte of it was written. */
  isConnected: boolean
  /** Null when no complete status line came back. */
  status: number | null
  bodyForm: BodyForm
  /** The body's text is that of the panel's documented answer to a missing or wrong token. */
  isPlainUnauthorized?: boolean
}

/** Refusals that the panel gives before it acts. 400, 408, 421 and all of 5xx are left out on purpose: proxies give them as well. */
const REFUSALS = new Set([403, 404, 405, 409, 413, 415, 422, 423, 429])

/**
 * The only place that decides whether a failed call may have changed something. The answer is `unknown` unless one of
 * the reasons below proves otherwise: a guess here would create a server twice, or lose one.
 */
export function effectOfFailure(evidence: FailureEvidence): Effect {
  if (!evidence.isChange) return 'none'
  if (evidence.status === null) return evidence.isConnected ? 'unknown' : 'none'
  if (evidence.status === 401 && (evidence.bodyForm === 'empty' || evidence.isPlainUnauthorized === true)) return 'none'
  if (REFUSALS.has(evidence.status) && evidence.bodyForm === 'json') return 'none'
  return 'unknown'
}
