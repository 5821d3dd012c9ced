import type { Db } from '../../context.ts'
import type { LoadedLog } from './serialize-provisioning-log.ts'

const WITHOUT = { requestBody: null, responseBody: null }

/** Reads these rows with their servers, in the order of the ids given. Rows that are gone are left out, and bodies where nobody wants them. */
export async function loadProvisioningLogs(db: Db, ids: string[], bodies: 'include' | 'omit' = 'include'): Promise<LoadedLog[]> {
  if (ids.length === 0) return []
  const isBare = bodies === 'omit'
  const rows = await db.provisioningLog.findMany({ where: { id: { in: ids } }, omit: { requestBody: isBare, responseBody: isBare } })
  const serverIds = [...new Set(rows.map((row) => row.serverId).filter((id) => id !== null))]
  const servers = await db.server.findMany({ where: { id: { in: serverIds } }, select: { id: true, reference: true, name: true } })
  const serverById = new Map(servers.map((server) => [server.id, server]))
  const rowById = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = rowById.get(id)
    return row ? [{ ...WITHOUT, ...row, server: row.serverId ? serverById.get(row.serverId) ?? null : null }] : []
  })
}
