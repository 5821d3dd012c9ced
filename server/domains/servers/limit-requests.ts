import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Call } from '../../context.ts'
import { tooMany } from '../sessions/throttle-guesses.ts'

/**
 * What one person may ask for in a minute, where each request costs calls of the panel that all customers share. Enough to try again after
 * a lost answer, too few to hold everybody else up.
 */
const MOST_PER_MINUTE = { 'password-reset': 6, 'panel-login': 10 } as const

/** One per pool and kind: each keeps a timer that removes what has run out. */
const limitersByPool = new WeakMap<pg.Pool, Map<string, RateLimiterPostgres>>()

/** Counts one request for the person who makes it. @throws AppError too_many_requests with the seconds to wait */
export async function limitRequests({ database, user }: Call, kind: keyof typeof MOST_PER_MINUTE): Promise<void> {
  const refusal = await limiterFor(database.pool, kind).consume(user.id).then(() => null, (reason: unknown) => reason)
  if (refusal === null) return
  if (!(refusal instanceof RateLimiterRes)) throw refusal
  throw tooMany(refusal.msBeforeNext)
}

function limiterFor(pool: pg.Pool, kind: keyof typeof MOST_PER_MINUTE): RateLimiterPostgres {
  const limiters = limitersByPool.get(pool) ?? new Map<string, RateLimiterPostgres>()
  limitersByPool.set(pool, limiters)
  const known = limiters.get(kind)
  if (known) return known
  const made = new RateLimiterPostgres({
    storeClient: pool, storeType: 'pool', tableName: 'rate_limits', tableCreated: true, keyPrefix: kind, points: MOST_PER_MINUTE[kind], duration: 60,
  })
  limiters.set(kind, made)
  return made
}
