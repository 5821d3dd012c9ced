/** Pauses between looks in seconds; the last one repeats. */
const PAUSES = [1, 1, 2, 3]
/** How long an accepted change may take to show. */
export const VERIFY_LIMIT_MS = 2 * 60_000

export type VerifyDecision = { type: 'reached' } | { type: 'look-again', ms: number } | { type: 'limit' }

/** Whether the wanted state is seen, may still come, or did not come in time. Pure. */
export function decideVerify({ isReached, looks, elapsedMs, limitMs = VERIFY_LIMIT_MS }: { isReached: boolean, looks: number, elapsedMs: number, limitMs?: number }): VerifyDecision {
  if (isReached) return { type: 'reached' }
  if (elapsedMs >= limitMs) return { type: 'limit' }
  return { type: 'look-again', ms: (PAUSES[Math.min(looks, PAUSES.length - 1)] ?? 3) * 1000 }
}
