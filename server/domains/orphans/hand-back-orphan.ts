import type { Call, Db } from '../../context.ts'

/** The cause of operations that delete a server of nobody. */
export const ORPHAN_CAUSE = 'orphan'

/**
 * The deletion of an orphan was called off before it was sent: our row stood for nothing else, so it ends and lets go of the server, which
 * waits on the list again, from where it can go to a customer.
 */
export async function handBackOrphan(tx: Db, { now }: Pick<Call, 'now'>, serverId: string): Promise<void> {
  const { count } = await tx.orphan.updateMany({ where: { serverId, state: 'deleting' }, data: { state: 'open', serverId: null, reason: null, decidedById: null, decidedAt: null } })
  // Without the list's line, the row would be the only pointer to a server that costs money.
  const pointer = count > 0 ? { virtfusionServerId: null, virtfusionUuid: null, deletedAt: now(), lifecycle: 'deleted' as const } : { lifecycle: 'active' as const }
  await tx.server.update({ where: { id: serverId }, data: { ...pointer, deletionDueAt: null, deletionRequestedAt: null, version: { increment: 1 } }, select: { id: true } })
}
