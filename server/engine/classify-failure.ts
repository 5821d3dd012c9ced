import type { VirtFusionError, VirtFusionErrorKind } from '../virtfusion/errors.ts'

/**
 * What a failed call means for whoever works on:
 * - `absent`: the panel itself said that there is no such record.
 * - `unauthorized`, `forbidden`: about the token, not about the server.
 * - `busy`: the panel holds the server for another task.
 * - `unavailable`: nobody answered, or not in a way that tells anything; ask again later.
 * - `refused`: understood and declined; the same call again gets the same answer.
 */
export type Failure = 'absent' | 'unauthorized' | 'forbidden' | 'busy' | 'unavailable' | 'refused'

const BY_KIND: Partial<Record<VirtFusionErrorKind, Failure>> = {
  'unauthorized': 'unauthorized',
  'forbidden': 'forbidden',
  'conflict': 'busy',
  'locked': 'busy',
  'invalid': 'refused',
  'invalid-input': 'refused',
  'client-error': 'refused',
}

/** Sorts an error. What is not known to be something else counts as `unavailable`: absence and refusal are never guessed. */
export function classifyFailure(error: Pick<VirtFusionError, 'kind' | 'isConfirmedNotFound' | 'bodyForm'>): Failure {
  // A page is no answer of the API: some proxy speaks, and it knows nothing about tokens or servers.
  if (error.bodyForm === 'html') return 'unavailable'
  if (error.isConfirmedNotFound) return 'absent'
  if (error.kind === 'not-found') return error.bodyForm === 'json' ? 'refused' : 'unavailable'
  return BY_KIND[error.kind] ?? 'unavailable'
}
