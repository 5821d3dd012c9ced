import type { Accepted, RebuildServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { toAccepted } from './accepted.ts'
import { changeServer, type ChangeRequest } from './change-server.ts'
import { requireConfirmation } from './confirm-server.ts'

/** Asks for a new installation, which erases the disk. @throws AppError not_found, conflict, invalid_input for `confirm` */
export async function rebuildServer(call: Call, request: ChangeRequest, { operatingSystemId, confirm }: RebuildServer): Promise<Accepted> {
  return toAccepted(call, await changeServer(call, request, {
    action: 'rebuild',
    kind: 'rebuild',
    input: { operatingSystemId },
    check: (server) => requireConfirmation(server, confirm),
    audit: { action: 'server.rebuilt', after: { operatingSystemId } },
  }))
}
