import type { Services } from '../context.ts'

/** How long a worker may be silent before another takes its operation over. */
const LEASE_SECONDS = 6
const BEAT_MS = 2_000

/** The right to work on one operation. Every write names the token, so that whoever lost the right changes nothing. */
export interface Lease { operationId: string, token: bigint }

export type Claim =
  | { type: 'claimed', lease: Lease, claims: number }
  /** Another worker holds it, or it is not due yet: come back then. */
  | { type: 'later', at: Date }
  /** There is nothing left to do. */
  | { type: 'over' }

interface ClaimRow { lease_token: bigint, claims: number }
interface HeldRow { at: Date | null }

/** Takes an operation for this worker. Time is the database's: the clocks of two machines differ. */
export async function claimOperation({ db }: Pick<Services, 'db'>, operationId: string): Promise<Claim> {
  const claimed = await db.$queryRaw<ClaimRow[]>`
    update operations set lease_token = lease_token + 1, lease_expires_at = now() + make_interval(secs => ${LEASE_SECONDS}),
      claims = claims + 1, state = 'running', started_at = coalesce(started_at, now()), version = version + 1, updated_at = now()
    where id = ${operationId}::uuid and state in ('queued', 'running', 'waiting')
      and (lease_expires_at is null or lease_expires_at < now()) and (next_attempt_at is null or next_attempt_at < now() + interval '250 ms')
    returning lease_token, claims`
  const row = claimed[0]
  if (row) return { type: 'claimed', lease: { operationId, token: row.lease_token }, claims: row.claims }
  const held = await db.$queryRaw<HeldRow[]>`
    select greatest(lease_expires_at, next_attempt_at) + interval '50 ms' as at from operations
    where id = ${operationId}::uuid and state in ('queued', 'running', 'waiting')`
  const at = held[0]?.at
  return at ? { type: 'later', at } : { type: 'over' }
}

/** Renews the lease while a step works, however long the panel takes. Returns the way to stop. */
export function keepLease({ db, log }: Pick<Services, 'db' | 'log'>, { operationId, token }: Lease): () => void {
  const timer = setInterval(() => {
    db.$executeRaw`
      update operations set lease_expires_at = now() + make_interval(secs => ${LEASE_SECONDS})
      where id = ${operationId}::uuid and lease_token = ${token} and lease_expires_at is not null`
      .catch((error: unknown) => log.warn({ err: error, operationId }, 'lease not renewed'))
  }, BEAT_MS)
  return () => clearInterval(timer)
}

/** The lease went to another worker meanwhile, or a person decided: this worker writes nothing more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}
