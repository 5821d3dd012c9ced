import type { Call, Db } from '../../context.ts'
import { conflict, notFound } from '../../errors.ts'
import type { Orphan } from '../../generated/prisma/client.ts'
import { isUndecidedCreate } from '#shared/lifecycle/operations.ts'

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
export async function requireNobodysChild({ db }: Pick<Call, 'db'>, { operationId }: Orphan): Promise<void> {
  if (!operationId) return
  const operation = await db.operation.findUnique({ where: { id: operationId }, select: { kind: true, state: true, server: { select: { reference: true, virtfusionServerId: true } } } })
  if (!operation || !isUndecidedCreate({ ...operation, isBound: operation.server.virtfusionServerId !== null })) return
  throw conflict(`This may be the server that the order ${operation.server.reference} waits for. Decide there first.`, 'order_undecided')
}
