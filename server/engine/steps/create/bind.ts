import type { Db } from '../../../context.ts'
import type { VirtFusionServer } from '../../../virtfusion/schemas/servers.ts'
import { storeObservation } from '../../observe-server.ts'
import type { Run } from '../../run.ts'

interface Binding { services: Run['services'], server: Pick<Run['server'], 'id' | 'customerId' | 'suspendedAt'> }

/**
 * Binds our row to the remote server: a fact, kept whatever happened to the lease. Repeating changes nothing; a row that is bound to
 * another server is left alone. Resolves to whether the row is bound to this one now.
 */
export async function bindServer(tx: Db, { services, server }: Binding, remote: VirtFusionServer, ownerId: number): Promise<boolean> {
  const { count } = await tx.server.updateMany({
    where: { id: server.id, OR: [{ virtfusionServerId: null }, { virtfusionServerId: remote.id }] },
    data: { virtfusionServerId: remote.id, virtfusionUuid: remote.uuid, virtfusionOwnerId: remote.ownerId ?? ownerId, version: { increment: 1 } },
  })
  if (count > 0) await storeObservation(tx, services, server, remote, { readAt: services.now() })
  return count > 0
}

/** Whether another row of ours points to this remote server: then the panel's numbers are not what they were. */
export async function isBoundElsewhere(db: Db, serverId: string, virtfusionServerId: number): Promise<boolean> {
  return await db.server.count({ where: { virtfusionServerId, lifecycle: { not: 'deleted' }, id: { not: serverId } } }) > 0
}
