import { isClean, type StoredCandidate } from './find-candidates.ts'

/** What a look at the owner's servers gave. Only a complete listing says anything about absence. */
export type SettleLook =
  | { type: 'complete', candidates: readonly StoredCandidate[] }
  | { type: 'failed' }
  | { type: 'forbidden' }

export type SettleDecision =
  | { type: 'adopt', candidate: StoredCandidate }
  | { type: 'look-again', ms: number }
  /** Nothing came of it within the time that the host has set: the same order again. */
  | { type: 'send-again' }
  | { type: 'ask', code: 'create_several_candidates' | 'create_unclear_candidate' | 'create_none_found' | 'create_listing_forbidden' | 'create_listing_failed', candidates: readonly StoredCandidate[] }

/** Seconds between looks: a server that exists shows up soon, one that was only delayed may take minutes. */
const PAUSES = [1, 2, 5, 10, 15, 30]

/** Past the horizon, while the time runs after which it is sent again. */
const LATE_LOOK_MS = 60_000

interface Settling {
  look: SettleLook
  /** Looks before this one. */
  looks: number
  /** Since the answer was lost. */
  elapsedMs: number
  horizonMs: number
  /** When the order was sent that got lost. */
  sinceSentMs: number
  /** The host's choice for an order that is not found: after how long it is sent again; null asks a person. */
  sendAgainAfterMs: number | null
}

/**
 * What to do about a create whose effect is unknown. There is no way from here to a second create, either the one server is found, or
 * a person decides; unless the host has said after how long a lost request can't come back any more, and nothing new stands there. Pure.
 */
export function decideSettle({ look, looks, elapsedMs, horizonMs, sinceSentMs, sendAgainAfterMs }: Settling): SettleDecision {
  if (look.type === 'forbidden') return { type: 'ask', code: 'create_listing_forbidden', candidates: [] }
  const candidates = look.type === 'complete' ? look.candidates : []
  const clean = candidates.filter(isClean)
  const [only] = clean
  if (only && clean.length === 1) return { type: 'adopt', candidate: only }
  if (clean.length > 1) return { type: 'ask', code: 'create_several_candidates', candidates }

  const left = horizonMs - elapsedMs
  if (left > 0) return { type: 'look-again', ms: Math.min(left, pauseAfter(looks)) }
  if (sendAgainAfterMs !== null && candidates.length === 0) {
    if (sinceSentMs < sendAgainAfterMs) return { type: 'look-again', ms: LATE_LOOK_MS }
    if (look.type === 'complete') return { type: 'send-again' }
  }
  if (look.type === 'failed') return { type: 'ask', code: 'create_listing_failed', candidates: [] }
  return { type: 'ask', code: candidates.length > 0 ? 'create_unclear_candidate' : 'create_none_found', candidates }
}

function pauseAfter(looks: number): number {
  return (PAUSES[Math.min(looks, PAUSES.length - 1)] ?? 30) * 1000
}
