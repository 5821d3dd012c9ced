import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { classifyFailure } from '../classify-failure.ts'
import { broken, isAbsent, isRefusal, need, saidBy, unclear, unexpected, until, type Bench } from './bench.ts'
import { makeUser } from './check-users.ts'

const SHOWS_WITHIN_MS = 20_000
const GONE_WITHIN_MS = 5 * 60_000

async function makeServer(bench: Bench, userId: number): Promise<VirtFusionServer> {
  const answer = await bench.createServer(userId)
  if (!answer.ok && classifyFailure(answer.error) === 'refused') throw unclear('probe_create_refused', { said: saidBy(answer) })
  const server = need(answer)
  await keep(bench, server)
  return server
}

const keep = ({ remember }: Bench, { id, uuid }: VirtFusionServer) => remember({ kind: 'server', id, uuid })

const idsOf = async ({ panel }: Bench, userId: number): Promise<number[]> => need(await panel.listServersOf(userId)).map(({ id }) => id).toSorted((a, b) => a - b)

/** The list of a user's servers is whole and shows a new one at once: an empty list is what tells that a lost order made nothing. @throws PremiseError */
export async function checkListing(bench: Bench, userId: number): Promise<[VirtFusionServer, VirtFusionServer]> {
  if ((await idsOf(bench, userId)).length > 0) throw broken('probe_listing_foreign')
  const first = await makeServer(bench, userId)
  if (!(await idsOf(bench, userId)).includes(first.id)) throw broken('probe_listing_stale')
  const second = await makeServer(bench, userId)
  const listed = await idsOf(bench, userId)
  if (listed.length === 1) throw broken('probe_listing_cut')
  if (!listed.includes(first.id) || !listed.includes(second.id)) throw broken('probe_listing_stale')
  return [first, second]
}

/** A user who owns a server can't be deleted, so deleting proves that it owns none. @throws PremiseError */
export async function checkDeletion(bench: Bench, userId: number, [first, second]: readonly [VirtFusionServer, VirtFusionServer]): Promise<void> {
  const { relation } = bench.nameUser('a')
  const answer = await bench.panel.deleteUserByRelation(relation)
  if (!answer.ok && !isRefusal(answer)) throw unexpected(answer)
  const user = await bench.panel.findUserByRelation(relation)
  if (!user.ok && !isAbsent(user)) throw unexpected(user)
  const isKept = !answer.ok && user.ok && user.value.id === userId
  if (!isKept) throw broken(await isGoneSoon(bench, first.id) ? 'probe_delete_cascades' : 'probe_delete_orphans')
  for (const { id } of [first, second]) if ((need(await bench.panel.getServer(id)).deleteLevel ?? 0) > 0) throw broken('probe_delete_cascades')
}

/** A deletion that was begun takes its time. */
const isGoneSoon = (bench: Bench, id: number) => until(bench, SHOWS_WITHIN_MS, async () => isAbsent(await bench.panel.getServer(id)))

/** A server that was never built can be given to another user, and both lists show it. @throws PremiseError */
export async function checkTransfer(bench: Bench, fromId: number, { id }: VirtFusionServer): Promise<void> {
  const toId = await makeUser(bench, 'b')
  const answer = await bench.panel.changeOwner(id, toId)
  if (isRefusal(answer)) throw broken('probe_transfer_refused', { said: saidBy(answer) })
  need(answer)
  const isShown = await until(bench, SHOWS_WITHIN_MS, async () => need(await bench.panel.getServer(id)).ownerId === toId)
  if (!isShown) throw broken('probe_transfer_not_shown')
  if (!(await idsOf(bench, toId)).includes(id) || (await idsOf(bench, fromId)).includes(id)) throw broken('probe_listing_stale')
}

/**
 * An order for a user who was deleted is refused: that is what keeps a late one from arriving. The same order for a user who is there has to
 * succeed right after it, for a full group and a package that is gone refuse everybody. @throws PremiseError
 */
export async function checkDeletedOwner(bench: Bench, { deletedId, presentId }: { deletedId: number, presentId: number }, { id, uuid }: VirtFusionServer): Promise<void> {
  const { panel } = bench
  if (need(await panel.getServer(id)).uuid !== uuid) throw broken('probe_listing_foreign')
  need(await panel.delete(id))
  if (!await until(bench, GONE_WITHIN_MS, async () => isAbsent(await panel.getServer(id)))) throw unclear('probe_server_stays', { virtfusionServerId: id })
  const { relation } = bench.nameUser('a')
  need(await panel.deleteUserByRelation(relation))
  if (!isAbsent(await panel.findUserByRelation(relation))) throw broken('probe_relation_not_unique')
  const answer = await bench.createServer(deletedId)
  if (answer.ok) {
    await keep(bench, answer.value)
    throw broken('probe_deleted_owner_accepted')
  }
  if (!isRefusal(answer)) throw unexpected(answer)
  const compared = await bench.createServer(presentId)
  if (isRefusal(compared)) throw unclear('probe_refusal_unclear', { said: saidBy(compared) })
  await keep(bench, need(compared))
}
