import type { DeletionPreview } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { loadServer } from './load-server.ts'
import { readBackups } from './read-backups.ts'

/** What else goes when this server is deleted: its addresses by our record, its backups as the panel tells them now. @throws AppError not_found */
export async function previewDeletion(call: Call, serverId: string): Promise<DeletionPreview> {
  const server = await loadServer(call, serverId)
  const row = await call.db.server.findUniqueOrThrow({ where: { id: serverId }, select: { observation: true } })
  return {
    ipv4: server.ipv4,
    ipv6: server.ipv6,
    storageGb: server.storageGb,
    backups: server.virtfusionServerId === null ? { known: true, items: [] } : await readBackups(call, { serverId, virtfusionServerId: server.virtfusionServerId }),
    isProtectedAtPanel: readProtected(row.observation),
  }
}

function readProtected(observation: unknown): boolean | null {
  if (typeof observation !== 'object' || observation === null || !('protected' in observation)) return null
  return typeof observation.protected === 'boolean' ? observation.protected : null
}
