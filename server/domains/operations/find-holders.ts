import type { Db } from '../../context.ts'
import type { RemoteName } from '../../engine/ports.ts'

export interface Holder { serverId: string, reference: string }

/** By their numbers: the rows of ours that stand for these remote servers, or stood for them. One that we deleted is back when the panel comes from a backup. */
export async function findHolders(db: Db, remotes: readonly RemoteName[], exceptServerId: string): Promise<ReadonlyMap<number, Holder>> {
  const rows = await db.server.findMany({
    where: { virtfusionServerId: { in: remotes.map(({ id }) => id) }, id: { not: exceptServerId } }, select: { id: true, reference: true, lifecycle: true, virtfusionServerId: true, virtfusionUuid: true },
  })
  const uuids = new Map(remotes.map(({ id, uuid }) => [id, uuid]))
  return new Map(rows.flatMap(({ id, reference, lifecycle, virtfusionServerId, virtfusionUuid }) =>
    (virtfusionServerId !== null && (lifecycle !== 'deleted' || virtfusionUuid === uuids.get(virtfusionServerId)) ? [[virtfusionServerId, { serverId: id, reference }] as const] : [])))
}
