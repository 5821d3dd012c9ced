import type { AdminServer, UpdateAdminServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import type { ChangeRequest } from './change-server.ts'
import { getServer } from './get-server.ts'
import { protectServer } from './protect-server.ts'
import { renameServer } from './rename-server.ts'

/** Changes what is given. The name goes first: it can be refused, and then nothing is changed. @throws AppError not_found, conflict */
export async function updateServer(call: Call, request: ChangeRequest, { name, isProtected }: UpdateAdminServer): Promise<AdminServer> {
  if (name !== undefined) await renameServer(call, request, { name })
  if (isProtected !== undefined) await protectServer(call, request.serverId, isProtected)
  return getServer(call, request.serverId)
}
