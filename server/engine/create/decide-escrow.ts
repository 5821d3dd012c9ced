import type { StoredCandidate } from './find-candidates.ts'

/** What a look at a throw-away user's servers gave. `gone`: the panel says that it has no such user. */
export interface EscrowLook { type: 'complete' | 'failed' | 'gone', candidates: readonly StoredCandidate[] }

export type EscrowDecision =
  | { type: 'adopt', candidate: StoredCandidate }
  | { type: 'look-again', ms: number }
  /** Nothing came of it so far; from here on nothing shall. */
  | { type: 'fence' }
  | { type: 'ask', candidates: readonly StoredCandidate[] }

/** Seconds between looks. */
const PAUSES = [1, 2, 5, 10, 15]

interface Settling {
  look: EscrowLook
  /** Looks before this one. */
  looks: number
  /** Since the answer was lost. */
  elapsedMs: number
  /** How long to look before the user is taken away. What shows up later is found by the fence. */
  horizonMs: number
}

/**
 * What to do about a lost create that was sent for a user of its own. Whatever that user has was made by this very order, whatever its
 * size and age: one is the ordered server, several are a matter for a person. Pure.
 */
export function decideEscrow({ look, looks, elapsedMs, horizonMs }: Settling): EscrowDecision {
  const [only, ...others] = look.candidates
  if (only) return others.length === 0 ? { type: 'adopt', candidate: only } : { type: 'ask', candidates: look.candidates }
  // A panel that can't be asked could not take the user away either.
  if (look.type !== 'failed' && elapsedMs >= horizonMs) return { type: 'fence' }
  return { type: 'look-again', ms: (PAUSES[Math.min(looks, PAUSES.length - 1)] ?? 15) * 1000 }
}
