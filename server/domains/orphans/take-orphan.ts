import { isUndecidedCreate, type OperationState } from '#shared/lifecycle/operations.ts'
import type { Db } from '../../context.ts'
import { readCreateMemory } from '../../engine/create/memory.ts'
import { lockOwner } from '../../engine/owner-lock.ts'
import { inTransaction } from '../../engine/postgres/sql.ts'
import { conflict, notFound, type AppError } from '../../errors.ts'
import type { Orphan } from '../../generated/prisma/client.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'

/** Locks an orphan that still waits for a decision. @throws AppError not_found, conflict */
export async function takeOrphan(tx: Db, id: string): Promise<Orphan> {
  await tx.$queryRaw`select id from orphans where id = ${id}::uuid for update`
  const orphan = await tx.orphan.findUnique({ where: { id } })
  if (!orphan) throw notFound()
  requireWaiting(orphan)
  return orphan
}

/** @throws AppError not_found, conflict */
export async function findWaiting(db: Db, id: string): Promise<Orphan> {
  const orphan = await db.orphan.findUnique({ where: { id } })
  if (!orphan) throw notFound()
  requireWaiting(orphan)
  return orphan
}

function requireWaiting({ state }: Orphan): void {
  if (state === 'open' || state === 'ignored') return
  throw conflict({ adopted: 'This server belongs to a row of Berth already.', deleting: 'This server is being deleted.', gone: 'The panel no longer shows this server.' }[state], 'orphan_settled')
}

/** The server may be the one that an order waits for: there it is decided, or the customer ends up with two rows. @throws AppError conflict */
export async function requireNobodysChild(db: Db, { operationId }: Orphan): Promise<void> {
  if (!operationId) return
  const operation = await db.operation.findUnique({ where: { id: operationId }, select: { kind: true, state: true, server: { select: { reference: true, virtfusionServerId: true } } } })
  if (!operation || !isUndecidedCreate({ ...operation, isBound: operation.server.virtfusionServerId !== null })) return
  throw undecided(operation)
}

/**
 * Locks the owner, before any row, and makes sure that no order of it may still find this server, whatever the orphan's line says: one that
 * finds nothing is sent again. What had been there before the order was sent is no child of it. @throws AppError conflict
 */
export async function requireOwnerDecided(tx: Db, { virtfusionOwnerId }: Orphan, remote: Pick<VirtFusionServer, 'id' | 'ownerId'>): Promise<void> {
  const ownerId = remote.ownerId ?? virtfusionOwnerId
  if (ownerId === null) return
  await lockOwner(inTransaction(tx), ownerId)
  const order = await tx.operation.findFirst({
    where: { kind: 'create', ownerLock: ownerId, server: { virtfusionServerId: null } }, select: { state: true, memory: true, server: { select: { reference: true } } },
  })
  if (order && !readCreateMemory(order).baseline?.includes(remote.id)) throw undecided(order)
}

function undecided({ state, server: { reference } }: { state: OperationState, server: { reference: string } }): AppError {
  const way = state === 'needs_attention' ? 'Decide there first.' : 'Wait until that order has its server or has to be decided.'
  return conflict(`This may be the server that the order ${reference} waits for. ${way}`, 'order_undecided')
}
