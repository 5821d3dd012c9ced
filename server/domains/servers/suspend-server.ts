import type { Accepted, SuspendServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { toAccepted } from './accepted.ts'
import { changeServer, type ChangeRequest } from './change-server.ts'

/** Asks for the suspension. The server reads as suspended once the panel has confirmed it. @throws AppError not_found, conflict */
export async function suspendServer(call: Call, request: ChangeRequest, { reason }: SuspendServer): Promise<Accepted> {
  return toAccepted(call, await changeServer(call, request, {
    action: 'suspend',
    kind: 'suspend',
    input: { reason: reason || null },
    patch: { desiredSuspended: true },
    audit: { action: 'server.suspended', after: { reason: reason || null } },
  }))
}
