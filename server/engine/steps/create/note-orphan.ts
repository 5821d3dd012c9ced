import type { Db } from '../../../context.ts'
import { notify } from '../../../domains/notifications/notify.ts'
import type { VirtFusionServer } from '../../../virtfusion/schemas/servers.ts'
import type { Run } from '../../run.ts'

/**
 * The answer to an attempt came after a person had said that it never happened, and another attempt has filled the row: the panel has
 * a server too many. It costs money, so it stands in the timeline and in front of the admins.
 */
export async function noteOrphan(tx: Db, { services, server, operation }: Pick<Run, 'services' | 'server' | 'operation'>, remote: VirtFusionServer): Promise<void> {
  services.log.error({ operationId: operation.id, serverId: server.id, virtfusionServerId: remote.id, virtfusionUuid: remote.uuid }, 'the panel has a server too many')
  await tx.operationEvent.create({
    data: { operationId: operation.id, state: operation.state, step: operation.step, code: 'orphan_made', params: { virtfusionServerId: remote.id } }, select: { id: true },
  })
  await notify(tx, services, {
    to: 'admins', level: 'error', code: 'orphan_found', params: { serverName: server.name, reference: server.reference, virtfusionServerId: remote.id },
    link: `/admin/operations/${operation.id}`, dedupeKey: `orphan_found:${remote.uuid}`,
  })
}
