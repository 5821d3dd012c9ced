import { aheadOf } from '../../engine/stored-times.ts'

/** The sweep reads every server within 15 minutes; five more are its margin. */
const LIVE_MS = 20 * 60_000

/** How far an observation may be trusted: `live`, `stale` when it is older than the sweep should allow or of an hour that is still to come (the clock was set back), `unknown` without one. */
export function judgeFreshness(observedAt: Date | null, now: Date): 'live' | 'stale' | 'unknown' {
  if (!observedAt) return 'unknown'
  return now.getTime() - observedAt.getTime() <= LIVE_MS && observedAt < aheadOf(now) ? 'live' : 'stale'
}
