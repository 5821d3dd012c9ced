import type { Db } from '../context.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { LeaseLostError, type Lease, type OwnerHolder } from './ports.ts'
import { WAITING_FOR_OWNER } from './run.ts'
import { scheduleOperation } from './schedule-operation.ts'

/** First key of the advisory locks of owners: "ownr" in ASCII. */
const LOCK_CLASS = 0x6f776e72

/** Whoever frees an owner and whoever begins to wait for it take turns: each would otherwise miss the other. Taken before any row. */
export async function lockOwner(tx: Db, ownerId: number): Promise<void> {
  await tx.$queryRaw`select pg_advisory_xact_lock(${LOCK_CLASS}::int, ${ownerId}::int)::text`
}

/** Takes the owner for one create; null when it is ours now, else who has it: another create of this owner is not decided yet. @throws LeaseLostError */
export async function takeOwner(db: Db, lease: Lease, ownerId: number): Promise<OwnerHolder | null> {
  for (;;) {
    if (await tryOwner(db, lease, ownerId)) return null
    const holder = await findOwnerHolder(db, ownerId)
    if (holder) return holder // else it was freed in between
  }
}

async function tryOwner(db: Db, { operationId, token }: Lease, ownerId: number): Promise<boolean> {
  try {
    const { count } = await db.operation.updateMany({ where: { id: operationId, leaseToken: token }, data: { ownerLock: ownerId } })
    if (count === 0) throw new LeaseLostError(`lease of ${operationId} lost`)
    return true
  }
  catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return false
    throw error
  }
}

/** The order that holds the owner now. */
export async function findOwnerHolder(db: Db, ownerId: number): Promise<OwnerHolder | null> {
  const holder = await db.operation.findFirst({ where: { ownerLock: ownerId }, select: { id: true, state: true, server: { select: { reference: true } } } })
  return holder && { operationId: holder.id, state: holder.state, reference: holder.server.reference }
}

/** Calls the next in line, once the owner is free. */
export async function freeOwner(tx: Db, ownerId: number | null): Promise<void> {
  if (ownerId === null) return
  await lockOwner(tx, ownerId)
  await callNextInLine(tx, ownerId)
}

/** The oldest order that waits goes on at once, if nobody has the owner. */
export async function callNextInLine(tx: Db, ownerId: number): Promise<void> {
  if (await findOwnerHolder(tx, ownerId)) return
  const nextInLine = await tx.operation.findFirst({ where: waitingFor(ownerId), orderBy: { createdAt: 'asc' }, select: { id: true } })
  if (!nextInLine) return
  await tx.operation.updateMany({ where: { id: nextInLine.id, state: 'waiting' }, data: { nextAttemptAt: null } })
  await scheduleOperation(tx, nextInLine.id)
}

/** How many orders wait for the owner. */
export function countWaiting(db: Db, ownerId: number): Promise<number> {
  return db.operation.count({ where: waitingFor(ownerId) })
}

/** The orders that wait for the owner, oldest first. */
export function listWaiting(db: Db, ownerId: number, take: number) {
  return db.operation.findMany({
    where: waitingFor(ownerId), orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take,
    select: { id: true, createdAt: true, server: { select: { id: true, reference: true, name: true, customer: { select: { id: true, name: true } } } } },
  })
}

function waitingFor(ownerId: number): Prisma.OperationWhereInput {
  return {
    kind: 'create', state: 'waiting',
    AND: [{ diagnosis: { path: ['code'], equals: WAITING_FOR_OWNER } }, { diagnosis: { path: ['params', 'ownerId'], equals: ownerId } }],
  }
}
