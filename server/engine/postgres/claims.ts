import type { Db } from '../../context.ts'
import { LEASE_SECONDS } from '../lease.ts'
import type { Claim, Lease } from '../ports.ts'
import { scheduleOperation } from '../schedule-operation.ts'

interface ClaimRow { lease_token: bigint, claims: number, now: Date }
interface HeldRow { at: Date | null }

/** Takes an operation for this worker. */
export async function claimOperation(db: Db, operationId: string): Promise<Claim> {
  const claimed = await db.$queryRaw<ClaimRow[]>`
    update operations set lease_token = lease_token + 1, lease_expires_at = now() + make_interval(secs => ${LEASE_SECONDS}),
      claims = claims + 1, state = 'running', started_at = coalesce(started_at, now()), version = version + 1, updated_at = now()
    where id = ${operationId}::uuid and state in ('queued', 'running', 'waiting')
      and (lease_expires_at is null or lease_expires_at < now()) and (next_attempt_at is null or next_attempt_at < now() + interval '250 ms')
    returning lease_token, claims, now()`
  const row = claimed[0]
  if (row) return { type: 'claimed', lease: { operationId, token: row.lease_token }, claims: row.claims, now: row.now }
  const held = await db.$queryRaw<HeldRow[]>`
    select greatest(lease_expires_at, next_attempt_at) + interval '50 ms' as at from operations
    where id = ${operationId}::uuid and state in ('queued', 'running', 'waiting')`
  const at = held[0]?.at
  return at ? { type: 'later', at } : { type: 'over' }
}

export async function renewLease(db: Db, { operationId, token }: Lease): Promise<void> {
  await db.$executeRaw`
    update operations set lease_expires_at = now() + make_interval(secs => ${LEASE_SECONDS})
    where id = ${operationId}::uuid and lease_token = ${token} and lease_expires_at is not null`
}

export async function handOver(tx: Db, { operationId, token }: Lease): Promise<void> {
  const { count } = await tx.operation.updateMany({ where: { id: operationId, leaseToken: token }, data: { leaseExpiresAt: null } })
  if (count > 0) await scheduleOperation(tx, operationId)
}
