import type { Accepted, DeleteServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { toAccepted } from './accepted.ts'
import { changeServer, type ChangeRequest } from './change-server.ts'
import { requireConfirmation } from './confirm-server.ts'

/**
 * Asks for the deletion: now, or after `delayMinutes`. A delay is kept on our side, nothing is sent before it is over, and until then
 * it can be called off. @throws AppError not_found, conflict, invalid_input for `confirm`
 */
export async function deleteServer(call: Call, request: ChangeRequest, { delayMinutes, confirm }: DeleteServer): Promise<Accepted> {
  const dueAt = delayMinutes > 0 ? new Date(call.now().getTime() + delayMinutes * 60_000) : null
  return toAccepted(call, await changeServer(call, request, {
    action: 'delete',
    kind: 'delete',
    input: { delayMinutes },
    ...(dueAt ? { dueAt } : {}),
    check: (server) => requireConfirmation(server, confirm),
    audit: { action: dueAt ? 'server.deletion_scheduled' : 'server.deleted', after: { delayMinutes, ...(dueAt ? { dueAt } : {}) } },
  }))
}
