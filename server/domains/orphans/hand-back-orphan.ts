import { OPERATION_LABELS } from '#shared/lifecycle/operation-labels.ts'
import { ACTIVE_STATES } from '#shared/lifecycle/operations.ts'
import type { Call, Db } from '../../context.ts'
import { conflict } from '../../errors.ts'

/** The cause of operations that delete a server of nobody. */
export const ORPHAN_CAUSE = 'orphan'

/**
 * The deletion of an orphan was called off before it was sent: our row stood for nothing else, so it ends and lets go of the server, which
 * waits on the list again, from where it can go to a customer. @throws AppError conflict while another operation needs the row; a deletion
 * that is held does not begin either while there is one
 */
export async function handBackOrphan(tx: Db, { now }: Pick<Call, 'now'>, serverId: string): Promise<void> {
  const rival = await tx.operation.findFirst({ where: { serverId, state: { in: ACTIVE_STATES } }, select: { kind: true } })
  if (rival) throw conflict(`"${OPERATION_LABELS[rival.kind]}" is under way for this server. Wait until it is finished, or call it off.`, 'operation_active')
  const { count } = await tx.orphan.updateMany({ where: { serverId, state: 'deleting' }, data: { state: 'open', serverId: null, reason: null, decidedById: null, decidedAt: null } })
  // Without the list's line, the row would be the only pointer to a server that costs money.
  const pointer = count > 0 ? { virtfusionServerId: null, virtfusionUuid: null, deletedAt: now(), lifecycle: 'deleted' as const } : { lifecycle: 'active' as const }
  await tx.server.update({ where: { id: serverId }, data: { ...pointer, deletionDueAt: null, deletionRequestedAt: null, version: { increment: 1 } }, select: { id: true } })
}
