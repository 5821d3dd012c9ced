import type { AdminServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { askForPower } from './ask-for-power.ts'
import { loadServer } from './load-server.ts'
import { serializeAdminServer } from './serialize-server.ts'

/** @throws AppError not_found */
export async function getServer(call: Call, serverId: string): Promise<AdminServer> {
  const server = await loadServer(call, serverId)
  await askForPower(call, server)
  return serializeAdminServer(server)
}
