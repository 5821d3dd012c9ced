import type { Db } from '../../context.ts'
import { NEWEST_MIGRATION } from '../../db/schema-version.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { LEASE_SECONDS } from '../lease.ts'
import type { Claim, Lease } from '../ports.ts'
import { scheduleOperation } from '../schedule-operation.ts'
import type { Execute } from './sql.ts'
import { STANDING_COLUMNS, STANDING_TABLES, toStanding } from './standing.ts'

const IS_CLAIMABLE = Prisma.sql`state in ('queued', 'running', 'waiting')
  and (lease_expires_at is null or lease_expires_at < now()) and (next_attempt_at is null or next_attempt_at < now() + interval '250 ms')`

/** A process that the database was not migrated for leaves the work to those that it was. */
const LEFT_SECONDS = 5

/**
 * Takes an operation for this worker, and reads what its first step begins with. Nothing is claimed by a process that is `builtWith` another
 * newest migration than the database has: it may not understand what is stored, and that is known in the same moment only here.
 */
export async function claimOperation(execute: Execute, operationId: string, builtWith?: string): Promise<Claim> {
  const fits = builtWith === undefined ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(NEWEST_MIGRATION)} = ${builtWith}`
  const [row] = await execute(Prisma.sql`
    with o as (
      update operations set lease_token = lease_token + 1, lease_expires_at = now() + make_interval(secs => ${LEASE_SECONDS}),
        claims = claims + 1, state = 'running', started_at = coalesce(started_at, now()), version = version + 1, updated_at = now()
      where id = ${operationId}::uuid and ${IS_CLAIMABLE} and ${fits} returning *),
    was as (select id, state in ('queued', 'running', 'waiting') as is_open, greatest(lease_expires_at, next_attempt_at) + interval '50 ms' as free_at, ${IS_CLAIMABLE} as is_claimable, ${fits} as fits
      from operations where id = ${operationId}::uuid)
    select ${STANDING_COLUMNS}, now() as now, was.is_open, was.free_at, was.is_claimable, was.fits, now() + make_interval(secs => ${LEFT_SECONDS}) as left_until
    from was left join (o join servers s on s.id = o.server_id ${STANDING_TABLES}) on o.id = was.id`)
  if (row?.['operation']) {
    const standing = toStanding(row)
    const { leaseToken, claims } = standing.operation
    return { type: 'claimed', lease: { operationId, token: leaseToken }, claims, now: row['now'] as Date, standing }
  }
  if (row?.['fits'] === false) return row['is_open'] === true ? { type: 'later', at: row['left_until'] as Date } : { type: 'over' }
  // Another worker was faster, and this row is as it was before that: now it can be seen until when he has it.
  if (row?.['is_claimable'] === true) return claimOperation(execute, operationId, builtWith)
  return row?.['is_open'] === true && row['free_at'] instanceof Date ? { type: 'later', at: row['free_at'] } : { type: 'over' }
}

/** One that has run out is free for everybody, and stays so: whoever has stood still that long has to take the operation again, and look again. */
export async function renewLease(execute: Execute, { operationId, token }: Lease): Promise<void> {
  await execute(Prisma.sql`
    update operations set lease_expires_at = now() + make_interval(secs => ${LEASE_SECONDS})
    where id = ${operationId}::uuid and lease_token = ${token} and lease_expires_at > now()`)
}

export async function handOver(tx: Db, { operationId, token }: Lease): Promise<void> {
  const { count } = await tx.operation.updateMany({ where: { id: operationId, leaseToken: token }, data: { leaseExpiresAt: null } })
  if (count > 0) await scheduleOperation(tx, operationId)
}
