import type { Call, Db } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { loadServers, type LoadedServer } from './load-servers.ts'
import { visibleTo } from './visible-to.ts'

/** One server among those that the caller may see. `db` is the transaction that reads it, where there is one. @throws AppError not_found */
export async function loadServer(call: Call, serverId: string, db: Db = call.db): Promise<LoadedServer> {
  const [server] = await loadServers(db, { where: { id: serverId, ...visibleTo(call.user) }, now: call.now() })
  if (!server) throw notFound()
  return server
}
