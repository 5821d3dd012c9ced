import { LONGEST_SERVER_NAME } from '#shared/schemas/servers.ts'
import type { Call, Db } from '../../context.ts'
import { storeObservation } from '../../engine/observe-server.ts'
import { conflict, invalidField } from '../../errors.ts'
import type { Lifecycle, Orphan, Server } from '../../generated/prisma/client.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { readServerState } from '../../virtfusion/server-state.ts'
import { insertWithReference } from '../servers/insert-with-reference.ts'

export interface Holder { customerId: string, planId: string, name?: string | undefined }

interface Binding { orphan: Orphan, remote: VirtFusionServer, holder: Holder, readAt: Date }

/**
 * Makes a row of ours for a remote server of nobody: bound by number, uuid and owner, with what the panel told as its record.
 * @throws AppError conflict when a row points to it already, invalid_input for `planId`
 */
export async function bindOrphan(tx: Db, call: Call, { orphan, remote, holder, readAt }: Binding): Promise<Server> {
  if (!await tx.plan.findUnique({ where: { id: holder.planId }, select: { id: true } })) throw invalidField('planId', 'There is no such plan.')
  const rival = await tx.server.findFirst({
    where: { OR: [{ virtfusionServerId: remote.id }, { virtfusionUuid: remote.uuid }], lifecycle: { not: 'deleted' } }, select: { reference: true },
  })
  if (rival) throw conflict(`${rival.reference} points to this server already.`, 'already_bound')
  const server = await insertRow(tx, remote, holder)
  await storeObservation(tx, server, remote, { readAt, comparedUpdate: remote.updated ?? readAt.toISOString() })
  await tx.orphan.update({
    where: { id: orphan.id }, data: { state: 'adopted', serverId: server.id, virtfusionOwnerId: remote.ownerId, decidedById: call.user.id, decidedAt: call.now() }, select: { id: true },
  })
  await call.events.publish(tx, { type: 'server', serverId: server.id }, { admins: true, userId: holder.customerId })
  return server
}

/** Both unique indexes are left to the database: whoever binds the same server at this moment wins or loses whole. */
function insertRow(tx: Db, remote: VirtFusionServer, { customerId, planId, name }: Holder): Promise<Server> {
  const shown = name ?? remote.name.trim().slice(0, LONGEST_SERVER_NAME)
  return insertWithReference(tx, (reference) => ({
    customerId, planId, name: shown || reference, hostname: remote.hostname, lifecycle: lifecycleOf(remote), desiredSuspended: remote.suspended === true,
    virtfusionServerId: remote.id, virtfusionUuid: remote.uuid, virtfusionOwnerId: remote.ownerId,
  }), async () => {
    if (await tx.server.count({ where: { virtfusionServerId: remote.id, lifecycle: { not: 'deleted' } } }) > 0) throw conflict('Another row points to this server already.', 'already_bound')
  })
}

/** What was never built, or failed at it, can be deleted here but not used. */
function lifecycleOf(remote: VirtFusionServer): Lifecycle {
  const { buildStatus } = readServerState(remote)
  return buildStatus === 'allocated' || buildStatus === 'build_failed' ? 'failed' : 'active'
}
