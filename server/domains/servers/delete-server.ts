import { MAX_PANEL_DELAY_MINUTES, type Accepted, type DeleteServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { invalidField } from '../../errors.ts'
import { toAccepted } from './accepted.ts'
import { changeServer, type ChangeRequest } from './change-server.ts'
import { requireConfirmation } from './confirm-server.ts'
import { dueAfter } from './due-after.ts'
import type { LoadedServer } from './load-servers.ts'

/**
 * Asks for the deletion: now, or after `delayMinutes`. A delay is kept on our side, nothing is sent before it is over, and until then
 * it can be called off. With `heldBy` panel it is sent at once, and the panel keeps the delay: nothing calls that off.
 * @throws AppError not_found, conflict, invalid_input for `confirm` and `heldBy`
 */
export function deleteServer(call: Call, request: ChangeRequest, asked: DeleteServer): Promise<Accepted> {
  return asked.heldBy === 'panel' ? deleteByPanel(call, request, asked) : deleteByBerth(call, request, asked)
}

async function deleteByBerth(call: Call, request: ChangeRequest, { delayMinutes, confirm }: DeleteServer): Promise<Accepted> {
  const dueAt = dueAfter(call, delayMinutes)
  return toAccepted(call, await changeServer(call, request, {
    action: 'delete',
    kind: 'delete',
    input: { delayMinutes },
    ...(dueAt ? { dueAt } : {}),
    check: (server) => requireConfirmation(server, confirm),
    audit: { action: dueAt ? 'server.deletion_scheduled' : 'server.deleted', after: { delayMinutes, ...(dueAt ? { dueAt } : {}) } },
  }))
}

async function deleteByPanel(call: Call, request: ChangeRequest, { delayMinutes, confirm }: DeleteServer): Promise<Accepted> {
  const input = { delayMinutes: Math.min(delayMinutes, MAX_PANEL_DELAY_MINUTES), heldBy: 'panel' as const }
  return toAccepted(call, await changeServer(call, request, {
    action: 'delete',
    kind: 'delete',
    input,
    check: (server) => {
      requireConfirmation(server, confirm)
      requireRemote(server)
    },
    audit: { action: 'server.deletion_scheduled', after: input },
  }))
}

/** @throws AppError invalid_input for `heldBy` */
function requireRemote({ virtfusionServerId }: LoadedServer): void {
  if (virtfusionServerId === null) throw invalidField('heldBy', 'The panel has no server for this order, so it can hold no deletion.')
}
