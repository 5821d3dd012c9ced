import type { ComparedServer, DifferenceKind, SafeModeReport } from '#shared/schemas/identity.ts'
import { DIFFERENCE_KINDS } from '#shared/schemas/identity.ts'
import type { Server } from '../../generated/prisma/client.ts'
import type { VirtFusionServerRow } from '../../virtfusion/schemas/servers.ts'

export type BoundRow = Pick<Server, 'id' | 'reference' | 'name' | 'lifecycle' | 'virtfusionServerId' | 'virtfusionUuid' | 'virtfusionOwnerId'>
type RemoteRow = Pick<VirtFusionServerRow, 'id' | 'uuid' | 'name' | 'ownerId'>

/** Every row of ours that points to the panel, oldest first, against the panel's complete list: each server in exactly one group. */
export function compareServers(ours: readonly BoundRow[], theirs: readonly RemoteRow[]): Map<DifferenceKind, ComparedServer[]> {
  const groups = new Map<DifferenceKind, ComparedServer[]>(DIFFERENCE_KINDS.map((kind) => [kind, []]))
  const byId = new Map(theirs.map((remote) => [remote.id, remote]))
  const claimed = new Set<number>()
  for (const row of oneRowEach(ours)) {
    if (row.virtfusionServerId === null) continue
    const remote = byId.get(row.virtfusionServerId) ?? null
    const kind = judgeRow(row, remote)
    if (kind === null) continue
    if (remote) claimed.add(remote.id)
    groups.get(kind)?.push({
      serverId: row.id, reference: row.reference, name: row.name, virtfusionServerId: row.virtfusionServerId,
      ownerId: row.virtfusionOwnerId, remoteOwnerId: remote?.ownerId ?? null,
    })
  }
  for (const remote of theirs) {
    if (claimed.has(remote.id)) continue
    groups.get('unknown')?.push({ serverId: null, reference: null, name: remote.name, virtfusionServerId: remote.id, ownerId: null, remoteOwnerId: remote.ownerId })
  }
  return groups
}

/** A server that was deleted here and adopted again has several rows: the one that is not deleted counts, else the newest. */
function oneRowEach(ours: readonly BoundRow[]): Iterable<BoundRow> {
  const rows = new Map<string, BoundRow>()
  for (const row of ours) {
    const key = `${row.virtfusionServerId} ${row.virtfusionUuid}`
    if ((rows.get(key)?.lifecycle ?? 'deleted') === 'deleted') rows.set(key, row)
  }
  return rows.values()
}

/** Null for a deleted server that is gone, as it should be. */
function judgeRow(row: BoundRow, remote: RemoteRow | null): DifferenceKind | null {
  const isOurs = remote !== null && row.virtfusionUuid === remote.uuid
  if (row.lifecycle === 'deleted') return isOurs ? 'resurrected' : null
  if (remote === null) return 'missing'
  if (!isOurs) return 'uuid_differs'
  return row.virtfusionOwnerId !== null && remote.ownerId !== null && row.virtfusionOwnerId !== remote.ownerId ? 'owner_changed' : 'same'
}

/** Shown of each group: enough to see what happened. */
const SHOWN = 200

export function toReportGroups(groups: Map<DifferenceKind, ComparedServer[]>): SafeModeReport['groups'] {
  return DIFFERENCE_KINDS.map((kind) => {
    const items = groups.get(kind) ?? []
    return { kind, count: items.length, items: items.slice(0, SHOWN) }
  })
}
