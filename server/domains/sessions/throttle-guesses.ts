import { createHash } from 'node:crypto'
import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Services } from '../../context.ts'
import { AppError } from '../../errors.ts'

/** One thing that failed guesses are counted by. */
export interface GuessScope {
  /** What is guessed at or from; stored as a hash only. */
  key: string
  /** Guesses within the window before waits begin. */
  free: number
  /** The longest wait between two guesses, in seconds: it grows up to here, and no further, so nobody is locked out for good. */
  maxWaitSeconds: number
  /** False where a success must not wipe out what others failed at, e.g. an address that several people share. */
  isReset: boolean
  /** Asked when a wait is due: true where this scope makes nobody wait. */
  isWaived?(): Promise<boolean>
}

/** Failures older than this no longer count. */
const WINDOW_SECONDS = 3600

interface Limiters { failures: RateLimiterPostgres, gate: RateLimiterPostgres }
/** One pair per pool: each keeps a timer that removes what has run out. */
const limitersByPool = new WeakMap<pg.Pool, Limiters>()

/**
 * For guesses at one account: for one address over all accounts, from one address closely, from all addresses loosely. The first comes
 * first, so that an address that has to wait leaves no rows for accounts that it makes up. Where the owner is known from
 * (`isKnownPlace`), what others guess elsewhere does not make them wait. The network's own count is waived for nobody: whoever tries
 * one password on many accounts sits where their owners do, behind one office or one proxy, and would learn who has an account.
 */
export function accountScopes(account: string, ipAddress: string | null, isKnownPlace?: () => Promise<boolean>): GuessScope[] {
  const network = networkOf(ipAddress)
  return [
    { key: `network ${network}`, free: 100, maxWaitSeconds: 300, isReset: false },
    { key: `account+network ${account} ${network}`, free: 8, maxWaitSeconds: 900, isReset: true },
    { key: `account ${account}`, free: 40, maxWaitSeconds: 60, isReset: true, isWaived: isKnownPlace },
  ]
}

export function addressScopes(what: string, ipAddress: string | null): GuessScope[] {
  return [{ key: `${what} ${networkOf(ipAddress)}`, free: 8, maxWaitSeconds: 900, isReset: true }]
}

/** The wait after guess number `count`, in seconds: 2, 4, 8, ... up to the scope's longest. 0 while guesses are free. */
export function waitSeconds(scope: Pick<GuessScope, 'free' | 'maxWaitSeconds'>, count: number): number {
  return count <= scope.free ? 0 : Math.min(2 ** Math.min(count - scope.free, 30), scope.maxWaitSeconds)
}

/**
 * Runs `guess` unless too many failed before. `null` from it counts as a failure, anything else as success. A guess is counted before
 * it is made, so that many at once don't slip through; success takes it back, and so does an error, for then nothing was compared.
 * @throws AppError too_many_requests with the seconds to wait, and what `guess` throws
 */
export async function throttleGuesses<T>(services: Services, scopes: GuessScope[], guess: () => Promise<T | null>): Promise<T | null> {
  const { failures, gate } = limitersFor(services.database.pool)
  const hashed = scopes.map((scope) => ({ ...scope, key: createHash('sha256').update(scope.key).digest('hex') }))
  const counted: string[] = []
  let result: T | null
  try {
    for (const scope of hashed) {
      const { consumedPoints } = await failures.penalty(scope.key, 1)
      counted.push(scope.key)
      const wait = waitSeconds(scope, consumedPoints)
      if (wait > 0 && !await scope.isWaived?.()) await passGate(services, gate, scope.key, wait)
    }
    result = await guess()
  }
  catch (error) {
    await Promise.all(counted.map((key) => failures.reward(key, 1))).catch((err: unknown) => services.log.warn({ err }, 'a guess that was not made stays counted'))
    throw error
  }
  if (result === null) return null
  await Promise.all(hashed.map((scope) => scope.isReset
    ? Promise.all([failures.delete(scope.key), gate.delete(scope.key)])
    : failures.reward(scope.key, 1)))
  return result
}

/** One guess in `wait` seconds. @throws AppError too_many_requests */
async function passGate({ log }: Services, gate: RateLimiterPostgres, key: string, wait: number): Promise<void> {
  const refusal = await gate.consume(key, 1, { customDuration: wait }).then(() => null, (reason: unknown) => reason)
  if (refusal === null) return
  if (!(refusal instanceof RateLimiterRes)) throw refusal
  log.warn({ waitMs: refusal.msBeforeNext }, 'too many failed guesses')
  throw tooMany(refusal.msBeforeNext)
}

/** The refusal that says how long to wait. */
export function tooMany(msBeforeNext: number): AppError {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
  return new AppError('too_many_requests', `Too many tries. Wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, then try again.`, { retryAfterSeconds: seconds })
}

function limitersFor(pool: pg.Pool): Limiters {
  const known = limitersByPool.get(pool)
  if (known) return known
  const options = { storeClient: pool, storeType: 'pool', tableName: 'rate_limits', tableCreated: true, duration: WINDOW_SECONDS }
  const made = {
    failures: new RateLimiterPostgres({ ...options, keyPrefix: 'failures', points: 1 }),
    gate: new RateLimiterPostgres({ ...options, keyPrefix: 'gate', points: 1 }),
  }
  limitersByPool.set(pool, made)
  return made
}

/** An IPv6 customer holds a whole /64: counting single addresses would count nothing. */
export function networkOf(ipAddress: string | null): string {
  if (!ipAddress) return 'unknown'
  const plain = ipAddress.replace(/^::ffff:(?=\d+\.)/, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const gap = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return `${[...left, ...gap, ...right].slice(0, 4).map((part) => part.replace(/^0+(?=.)/, '').toLowerCase()).join(':')}::/64`
}
