import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Call } from '../../context.ts'
import { tooMany } from '../sessions/throttle-guesses.ts'

/** Enough to try again after a lost answer, too few to keep the panel's queue busy. */
const RESETS_PER_MINUTE = 6

/** One per pool: each keeps a timer that removes what has run out. */
const limiterByPool = new WeakMap<pg.Pool, RateLimiterPostgres>()

/** Counts one reset for the person who asks for it. @throws AppError too_many_requests with the seconds to wait */
export async function limitPasswordResets({ database, user }: Call): Promise<void> {
  const refusal = await limiterFor(database.pool).consume(user.id).then(() => null, (reason: unknown) => reason)
  if (refusal === null) return
  if (!(refusal instanceof RateLimiterRes)) throw refusal
  throw tooMany(refusal.msBeforeNext)
}

function limiterFor(pool: pg.Pool): RateLimiterPostgres {
  const known = limiterByPool.get(pool)
  if (known) return known
  const made = new RateLimiterPostgres({
    storeClient: pool, storeType: 'pool', tableName: 'rate_limits', tableCreated: true, keyPrefix: 'password-resets', points: RESETS_PER_MINUTE, duration: 60,
  })
  limiterByPool.set(pool, made)
  return made
}
