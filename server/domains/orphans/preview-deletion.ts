import type { DeletionPreview } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { readFacts } from '../../engine/observation.ts'
import { readBackups } from '../servers/read-backups.ts'
import { readRemote } from './read-remote.ts'
import { findWaiting } from './take-orphan.ts'

/**
 * What else goes when this server of nobody is deleted. Nothing of it is on record here, so the panel is asked for its addresses as well.
 * @throws AppError not_found, conflict, panel_unavailable
 */
export async function previewOrphanDeletion(call: Call, id: string): Promise<DeletionPreview> {
  const orphan = await findWaiting(call.db, id)
  const remote = await readRemote(call, orphan)
  const { ipv4, ipv6, storageGb } = readFacts(remote)
  return {
    ipv4: ipv4 ?? [],
    ipv6: ipv6 ?? [],
    storageGb: storageGb ?? null,
    backups: await readBackups(call, { serverId: null, virtfusionServerId: remote.id }),
    isProtectedAtPanel: remote.protected,
  }
}
