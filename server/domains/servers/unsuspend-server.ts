import type { Accepted } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { toAccepted } from './accepted.ts'
import { changeServer, type ChangeRequest } from './change-server.ts'

/** Asks for the end of a suspension. @throws AppError not_found, conflict */
export async function unsuspendServer(call: Call, request: ChangeRequest): Promise<Accepted> {
  return toAccepted(call, await changeServer(call, request, {
    action: 'unsuspend',
    kind: 'unsuspend',
    patch: { desiredSuspended: false },
    audit: { action: 'server.unsuspended', after: {} },
  }))
}
