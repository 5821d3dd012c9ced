import type { Db } from '../../context.ts'
import type { LoadedLog } from './serialize-provisioning-log.ts'

/** Reads these rows with their servers, in the order of the ids given. Rows that are gone are left out. */
export async function loadProvisioningLogs(db: Db, ids: string[]): Promise<LoadedLog[]> {
  if (ids.length === 0) return []
  const rows = await db.provisioningLog.findMany({ where: { id: { in: ids } } })
  const serverIds = [...new Set(rows.map((row) => row.serverId).filter((id) => id !== null))]
  const servers = await db.server.findMany({ where: { id: { in: serverIds } }, select: { id: true, reference: true, name: true } })
  const serverById = new Map(servers.map((server) => [server.id, server]))
  const rowById = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = rowById.get(id)
    return row ? [{ ...row, server: row.serverId ? serverById.get(row.serverId) ?? null : null }] : []
  })
}
