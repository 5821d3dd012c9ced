import type { AdminServer, UpdateServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { askForName } from './ask-for-name.ts'
import type { ChangeRequest } from './change-server.ts'
import { serializeAdminServer } from './serialize-server.ts'

/** @throws AppError not_found, conflict */
export async function renameServer(call: Call, request: ChangeRequest, input: UpdateServer): Promise<AdminServer> {
  return serializeAdminServer(await askForName(call, request, input))
}
