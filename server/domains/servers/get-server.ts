import type { AdminServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { loadServer } from './load-server.ts'
import { serializeAdminServer } from './serialize-server.ts'

/** @throws AppError not_found */
export async function getServer(call: Call, serverId: string): Promise<AdminServer> {
  return serializeAdminServer(await loadServer(call, serverId))
}
