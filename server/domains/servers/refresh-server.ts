import type { AdminServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { enqueue } from '../../engine/queue.ts'
import { conflict } from '../../errors.ts'
import { loadServer } from './load-server.ts'
import { serializeAdminServer } from './serialize-server.ts'

/** Has the panel asked about this server soon; the answer comes as a new observation. @throws AppError not_found, conflict */
export async function refreshServer(call: Call, serverId: string): Promise<AdminServer> {
  const server = await loadServer(call, serverId)
  if (server.virtfusionServerId === null) throw conflict('This server does not exist at the panel yet.', 'no_remote_server')
  if (server.lifecycle === 'deleted') throw conflict('This server is deleted.', 'server_state_conflict')
  await enqueue(call.db, 'server.observe', { serverId }, { key: `observe:${serverId}` })
  return serializeAdminServer(server)
}
