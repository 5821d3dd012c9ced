import type { Db, Services } from '../context.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { Lease } from './lease.ts'
import { LeaseLostError } from './lease.ts'
import { scheduleOperation } from './schedule-operation.ts'

/** The diagnosis of an order that waits for its turn with the owner. */
export const WAITING_FOR_OWNER = 'waiting_for_owner'

/** Takes the owner for one create. False when another create of this owner is not decided yet. @throws LeaseLostError */
export async function takeOwner({ db }: Pick<Services, 'db'>, { operationId, token }: Lease, ownerId: number): Promise<boolean> {
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
export async function findOwnerHolder(db: Db, ownerId: number) {
  return db.operation.findFirst({ where: { ownerLock: ownerId }, select: { id: true, server: { select: { reference: true } } } })
}

/** Calls the next in line, once the owner is free. */
export async function freeOwner(tx: Db, ownerId: number | null): Promise<void> {
  if (ownerId === null) return
  const nextInLine = await tx.operation.findFirst({ where: waitingFor(ownerId), orderBy: { createdAt: 'asc' }, select: { id: true } })
  if (!nextInLine) return
  await tx.operation.updateMany({ where: { id: nextInLine.id, state: 'waiting' }, data: { nextAttemptAt: null } })
  await scheduleOperation(tx, nextInLine.id)
}

/** How many orders wait for the owner. */
export function countWaiting(db: Db, ownerId: number): Promise<number> {
  return db.operation.count({ where: waitingFor(ownerId) })
}

function waitingFor(ownerId: number): Prisma.OperationWhereInput {
  return {
    kind: 'create', state: 'waiting',
    AND: [{ diagnosis: { path: ['code'], equals: WAITING_FOR_OWNER } }, { diagnosis: { path: ['params', 'ownerId'], equals: ownerId } }],
  }
}
