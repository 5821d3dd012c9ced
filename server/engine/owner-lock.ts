import type { Db } from '../context.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { LeaseLostError, type Lease, type OwnerHolder } from './ports.ts'
import { WAITING_FOR_OWNER } from './run.ts'
import { isUniqueViolation, type Execute } from './postgres/sql.ts'
import { jobFor } from './schedule-operation.ts'

/** First key of the advisory locks of owners: "ownr" in ASCII. */
const LOCK_CLASS = 0x6f776e72

/** Whoever frees an owner and whoever begins to wait for it take turns: each would otherwise miss the other. Taken before any row. */
export async function lockOwner(execute: Execute, ownerId: number): Promise<void> {
  await execute(Prisma.sql`select pg_advisory_xact_lock(${LOCK_CLASS}::int, ${ownerId}::int)::text`)
}

/** The same as text without parameters, for a transaction that begins with it. */
export const lockOwnerText = (ownerId: number) => `select pg_advisory_xact_lock(${LOCK_CLASS}, ${ownerId})`

/** Takes the owner for one create; null when it is ours now, else who has it: another create of this owner is not decided yet. @throws LeaseLostError */
export async function takeOwner(execute: Execute, lease: Lease, ownerId: number): Promise<OwnerHolder | null> {
  for (;;) {
    if (await tryOwner(execute, lease, ownerId)) return null
    const holder = await findOwnerHolder(execute, ownerId)
    if (holder) return holder // else it was freed in between
  }
}

async function tryOwner(execute: Execute, { operationId, token }: Lease, ownerId: number): Promise<boolean> {
  try {
    const [row] = await execute(Prisma.sql`update operations set owner_lock = ${ownerId}::int, updated_at = now() where id = ${operationId}::uuid and lease_token = ${token} returning id`)
    if (!row) throw new LeaseLostError(`lease of ${operationId} lost`)
    return true
  }
  catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** The order that holds the owner now. */
export async function findOwnerHolder(execute: Execute, ownerId: number): Promise<OwnerHolder | null> {
  const [holder] = await execute(Prisma.sql`
    select o.id as "operationId", o.state, s.reference from operations o join servers s on s.id = o.server_id where o.owner_lock = ${ownerId}::int`)
  return holder ? { operationId: String(holder['operationId']), reference: String(holder['reference']), state: holder['state'] as OwnerHolder['state'] } : null
}

/** The oldest order that waits goes on at once, if nobody has the owner; returns which. The owner is locked by the caller. */
export async function callNextInLine(execute: Execute, ownerId: number): Promise<string | null> {
  const [next] = await execute(Prisma.sql`
    update operations set next_attempt_at = null, updated_at = now() where state = 'waiting' and id = (
      select id from operations where ${isWaitingFor(ownerId)} and not exists (select from operations where owner_lock = ${ownerId}::int) order by created_at, id limit 1)
    returning id`)
  if (!next) return null
  const id = String(next['id'])
  await execute(Prisma.sql`select ${jobFor(id)}`)
  return id
}

/** How many orders wait for the owner. */
export async function countWaiting(db: Db, ownerId: number): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`select count(*)::int as count from operations where ${isWaitingFor(ownerId)}`
  return row?.count ?? 0
}

/** How many orders wait behind each order that holds an owner, by the id of that one; those that nobody waits for are left out. */
export async function countWaitingByHolder(db: Db): Promise<Map<string, number>> {
  const rows = await db.$queryRaw<{ id: string, count: number }[]>`
    select holder.id, waiting.count from operations holder
    join (select diagnosis #>> '{params,ownerId}' as owner, count(*)::int as count from operations where ${IS_WAITING} group by 1) waiting on waiting.owner = holder.owner_lock::text`
  return new Map(rows.map(({ id, count }) => [id, count]))
}

/** The orders that wait for the owner, oldest first. */
export async function listWaiting(db: Db, ownerId: number, take: number) {
  const waiting = await db.$queryRaw<{ id: string }[]>`select id from operations where ${isWaitingFor(ownerId)} order by created_at, id limit ${take}`
  return db.operation.findMany({
    where: { id: { in: waiting.map(({ id }) => id) } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true, createdAt: true, server: { select: { id: true, reference: true, name: true, customer: { select: { id: true, name: true } } } } },
  })
}

const IS_WAITING = Prisma.sql`kind = 'create' and state = 'waiting' and diagnosis ->> 'code' = ${WAITING_FOR_OWNER}`
const isWaitingFor = (ownerId: number) => Prisma.sql`${IS_WAITING} and diagnosis #>> '{params,ownerId}' = ${String(ownerId)}`
