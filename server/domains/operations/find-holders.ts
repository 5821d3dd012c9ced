import type { Db } from '../../context.ts'
import type { RemoteName } from '../../engine/ports.ts'

/** `isBound` where it stands for that very server; else it only has its number, for one that is gone. */
export interface Holder { serverId: string, reference: string, isBound: boolean }

/** By their numbers: the rows of ours that stand for these remote servers, or stood for them. One that we deleted is back when the panel comes from a backup. */
export async function findHolders(db: Db, remotes: readonly RemoteName[], exceptServerId: string): Promise<ReadonlyMap<number, Holder>> {
  const rows = await db.server.findMany({
    where: { virtfusionServerId: { in: remotes.map(({ id }) => id) }, id: { not: exceptServerId } }, select: { id: true, reference: true, lifecycle: true, virtfusionServerId: true, virtfusionUuid: true },
  })
  const uuids = new Map(remotes.map(({ id, uuid }) => [id, uuid]))
  const holders = rows.flatMap(({ id, reference, lifecycle, virtfusionServerId, virtfusionUuid }) => {
    if (virtfusionServerId === null) return []
    const isSame = virtfusionUuid === uuids.get(virtfusionServerId)
    if (lifecycle === 'deleted' && !isSame) return []
    return [[virtfusionServerId, { serverId: id, reference, isBound: isSame || virtfusionUuid === null }] as const]
  })
  // Of two rows the one that stands for it counts.
  return new Map(holders.sort(([, one], [, other]) => Number(one.isBound) - Number(other.isBound)))
}
