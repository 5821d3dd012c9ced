import type { Call } from '../../context.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { engineOf } from '../../engine/engine-of.ts'
import { openPanel } from '../../engine/panel-port.ts'
import { AppError, conflict } from '../../errors.ts'
import type { Orphan } from '../../generated/prisma/client.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { requirePanel } from '../panel/require-panel.ts'

/** A person waits for the answer in the browser. */
const READ_OPTIONS = { timeoutMs: 8_000, retries: 1 }

/** Reads the remote server anew and makes sure that it is still the one that was listed. @throws AppError conflict, panel_unavailable */
export async function readRemote(call: Call, orphan: Orphan): Promise<VirtFusionServer> {
  const panel = openPanel(await requirePanel(call), { engine: engineOf(call), operationId: null, serverId: null, attempt: 1, requestId: call.requestId, options: READ_OPTIONS })
  const answer = await panel.getServer(orphan.virtfusionServerId)
  if (!answer.ok) {
    if (classifyFailure(answer.error) === 'absent') throw conflict('The panel no longer has this server.', 'remote_gone')
    throw new AppError('panel_unavailable', 'The panel could not be asked about this server, so nothing was changed.', { diagnosis: answer.diagnosis })
  }
  const { uuid, ownerId } = answer.value
  if (uuid !== orphan.virtfusionUuid) throw conflict('Another server answers under this number by now. Read the list again after the next sweep.', 'remote_changed')
  if (orphan.virtfusionOwnerId !== null && ownerId !== null && ownerId !== orphan.virtfusionOwnerId) {
    throw conflict('This server has changed its owner at the panel. Read the list again after the next sweep.', 'remote_changed')
  }
  return answer.value
}
