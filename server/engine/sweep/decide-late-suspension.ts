/** How long after it was sent a request can still take effect, as networks and proxies hold some up; the simulation delivers them as late. */
const LATEST_MS = 66 * 60_000

/** One call that asked the panel for a suspension. */
export interface SentSuspension {
  operationId: string | null
  at: Date
  /** The panel said no, or never heard of it. */
  isRefused: boolean
  /** Its operation ended with a read that showed the suspension: one of its calls has taken effect. */
  isSeen: boolean
}

interface LateFacts {
  sent: readonly SentSuspension[]
  /** When the suspension was asked to be lifted. */
  liftedAt: Date
  /** When the server was first seen suspended again. */
  noticedAt: Date
  /** How many late ones Berth has undone within the time that counts: each request takes effect once. */
  undone: number
}

/**
 * Whether a suspension that shows after it was lifted may be a late request of our own: only where one was sent that can still be under way,
 * was not refused, and was not seen to take effect. Every other one was made by hand, and stays. Pure.
 */
export function isLateSuspension({ sent, liftedAt, noticedAt, undone }: LateFacts): boolean {
  if (noticedAt <= liftedAt) return false
  const possible = sent.filter(({ at, isRefused }) => !isRefused && at < liftedAt && noticedAt.getTime() - at.getTime() <= LATEST_MS)
  const seen = new Set(possible.filter(({ isSeen }) => isSeen).map(({ operationId }) => operationId))
  return possible.length - seen.size - undone > 0
}

/** From when on what was sent, and undone, counts for a suspension that was noticed then. */
export const latestSince = (noticedAt: Date) => new Date(noticedAt.getTime() - LATEST_MS)
