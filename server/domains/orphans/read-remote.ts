import type { Call } from '../../context.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { conflict } from '../../errors.ts'
import type { Orphan } from '../../generated/prisma/client.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { notAsked } from '../panel/not-asked.ts'
import { openPanelForPerson } from '../panel/open-panel-for-person.ts'
import { remoteGone } from '../panel/refuse-asking.ts'

/** Reads the remote server anew and makes sure that it is still the one that was listed. @throws AppError conflict, panel_unavailable */
export async function readRemote(call: Call, orphan: Orphan): Promise<VirtFusionServer> {
  const panel = await openPanelForPerson(call)
  const answer = await panel.getServer(orphan.virtfusionServerId)
  if (!answer.ok) {
    if (classifyFailure(answer.error) === 'absent') throw remoteGone(call)
    throw notAsked('this server', answer.diagnosis)
  }
  const { uuid, ownerId } = answer.value
  if (uuid !== orphan.virtfusionUuid) throw conflict('Another server answers under this number by now. Read the list again after the next sweep.', 'remote_changed')
  if (orphan.virtfusionOwnerId !== null && ownerId !== null && ownerId !== orphan.virtfusionOwnerId) {
    throw conflict('This server has changed its owner at the panel. Read the list again after the next sweep.', 'remote_changed')
  }
  return answer.value
}
