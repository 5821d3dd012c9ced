import type { Db } from '../../context.ts'
import { formerWish } from '../../engine/former-wish.ts'
import type { LoadedOperation } from './load-operation.ts'

/** Whether the server is to be suspended is ours as soon as it is asked for. Called off, what was wanted before counts again; the caller's transaction holds the server's row. */
export async function takeWishBack(tx: Db, operation: LoadedOperation): Promise<void> {
  const server = await tx.server.findUniqueOrThrow({ where: { id: operation.serverId }, select: { desiredSuspended: true, suspendedAt: true } })
  const desiredSuspended = formerWish({ ...operation, state: 'cancelled' }, server)
  if (desiredSuspended === null) return
  await tx.server.update({ where: { id: operation.serverId }, data: { desiredSuspended, version: { increment: 1 } }, select: { id: true } })
}
