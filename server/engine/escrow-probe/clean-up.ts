import { isAbsent, isRefusal, need, unclear, unexpected, until, type Bench } from './bench.ts'
import type { Made } from './probe-state.ts'

const GONE_WITHIN_MS = 5 * 60_000
const SHOWS_WITHIN_MS = 10_000
/** A probe makes three at most. More than this would be somebody else's. */
const MOST_SERVERS = 6

type MadeUser = Extract<Made, { kind: 'user' }>
/** `isMade`: the probe got it in answer to its own order, so it is ours by its uuid. */
interface Found { id: number, uuid: string, isMade: boolean }

/**
 * Removes all that the probe has made, also by calls whose answers never came: the servers that it knows of and those of its users, then the
 * users. What was built meanwhile, or belongs to a server of ours, is left alone. What stays says nothing about what the panel can do, and
 * a user that can't be seen to be gone stays on the list. @throws PremiseError
 */
export async function cleanUp(bench: Bench): Promise<void> {
  const userIds = await findUserIds(bench)
  const servers = await findServers(bench, userIds)
  if (servers.length > MOST_SERVERS) throw unclear('probe_left_more', { count: servers.length })
  for (const server of servers) await removeServer(bench, server, userIds)
  const staying: { made: MadeUser, isFound: boolean }[] = []
  for (const made of bench.made) {
    if (made.kind !== 'user') continue
    const { isGone, isFound } = await removeUser(bench, made)
    if (!isGone) staying.push({ made, isFound })
  }
  const kept = new Set<Made>(staying.map(({ made }) => made))
  await bench.forget(bench.made.filter((made) => !kept.has(made)))
  const [stays] = staying
  if (stays) throw unclear('probe_user_stays', { userId: stays.made.userId, isFound: stays.isFound })
}

/**
 * A user whose answer was lost is found by its name. One that is gone may have left servers, but its number is believed only while safe mode was
 * not left since it was made: a panel that was put back has lost the user and gives its number to somebody else.
 */
async function findUserIds({ panel, made, isSameEpoch }: Bench): Promise<Set<number>> {
  const ids = new Set<number>()
  const areNumbersKept = await isSameEpoch()
  for (const entry of made) {
    if (entry.kind !== 'user') continue
    if (entry.userId !== null && areNumbersKept) ids.add(entry.userId)
    const found = await panel.findUserByRelation(entry.relation)
    if (found.ok) ids.add(found.value.id)
    else if (!isAbsent(found)) throw unexpected(found)
  }
  return ids
}

/** From the list of all servers: the list of a user may lag, and there is none of a user who is gone. */
async function findServers({ panel, made, findBound }: Bench, userIds: ReadonlySet<number>): Promise<Found[]> {
  if (made.length === 0) return []
  const known = new Set(made.flatMap((entry) => (entry.kind === 'server' ? [`${entry.id} ${entry.uuid}`] : [])))
  const isMade = ({ id, uuid }: { id: number, uuid: string }) => known.has(`${id} ${uuid}`)
  const ours = need(await panel.listAllServers()).filter((server) => isMade(server) || (server.ownerId !== null && userIds.has(server.ownerId)))
  const bound = await findBound(ours)
  return ours.flatMap((server) => (bound.has(server.id) ? [] : { id: server.id, uuid: server.uuid, isMade: isMade(server) }))
}

/** Looks right before it deletes: the number may be another server's by now, and the server may have been given to somebody. */
async function removeServer(bench: Bench, { id, uuid, isMade }: Found, userIds: ReadonlySet<number>): Promise<void> {
  const read = await bench.panel.getServer(id)
  if (isAbsent(read)) return
  const server = need(read)
  if (server.uuid !== uuid) return
  const isOwnedHere = server.ownerId === null ? isMade : userIds.has(server.ownerId)
  if (!isOwnedHere || server.built !== null || (server.commissionStatus ?? 0) !== 0) throw unclear('probe_server_built', { virtfusionServerId: id })
  const deleted = await bench.panel.delete(id)
  // One that is under way already is refused as busy, and an answer may be lost: what counts is that it ends.
  const limitMs = deleted.ok || isRefusal(deleted) ? GONE_WITHIN_MS : SHOWS_WITHIN_MS
  const isGone = await until(bench, limitMs, async () => {
    const look = await bench.panel.getServer(id)
    if (!look.ok && !isAbsent(look)) throw unexpected(look)
    return !look.ok || look.value.uuid !== uuid
  })
  if (isGone) return
  throw deleted.ok || isRefusal(deleted) ? unclear('probe_server_stays', { virtfusionServerId: id }) : unexpected(deleted)
}

/**
 * Where the panel let two users have one name, both go. A panel that finds no users by name says
 * "absent" of one that stands there: one of known number is believed to be gone only when it was found before.
 */
async function removeUser({ panel, sleep }: Bench, { relation, userId, isFound }: MadeUser): Promise<{ isGone: boolean, isFound: boolean }> {
  let wasFound = isFound || userId === null
  for (let tries = 0; tries < 5; tries++) {
    const found = await panel.findUserByRelation(relation)
    if (isAbsent(found)) return { isGone: wasFound, isFound: wasFound }
    need(found)
    wasFound = true
    const deleted = await panel.deleteUserByRelation(relation)
    if (!deleted.ok && !isAbsent(deleted)) {
      if (tries === 4) throw unexpected(deleted)
      await sleep(1_000)
    }
  }
  return { isGone: isAbsent(await panel.findUserByRelation(relation)), isFound: true }
}
