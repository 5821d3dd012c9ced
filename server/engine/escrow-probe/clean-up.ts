import { broken, isAbsent, isRefusal, need, unexpected, until, type Bench } from './bench.ts'

const GONE_WITHIN_MS = 5 * 60_000
const SHOWS_WITHIN_MS = 10_000
/** A probe makes three at most. More than this would be somebody else's. */
const MOST_SERVERS = 6

/**
 * Removes all that the probe has made, also by calls whose answers never came: the servers that it knows of and those of its users, then the
 * users. What was built meanwhile, or belongs to a server of ours, is left alone. @throws PremiseError
 */
export async function cleanUp(bench: Bench): Promise<void> {
  const userIds = await findUserIds(bench)
  const servers = await findServers(bench, userIds)
  if (servers.length > MOST_SERVERS) throw broken('probe_left_more', { count: servers.length })
  for (const id of servers) await removeServer(bench, id)
  for (const made of bench.made) if (made.kind === 'user') await removeUser(bench, made.relation)
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
async function findServers({ panel, made, findBound }: Bench, userIds: ReadonlySet<number>): Promise<number[]> {
  if (made.length === 0) return []
  const known = new Set(made.flatMap((entry) => (entry.kind === 'server' ? [`${entry.id} ${entry.uuid}`] : [])))
  const ours = need(await panel.listAllServers()).filter(({ id, uuid, ownerId }) => known.has(`${id} ${uuid}`) || (ownerId !== null && userIds.has(ownerId)))
  const bound = await findBound(ours)
  return ours.flatMap(({ id }) => (bound.has(id) ? [] : id))
}

async function removeServer(bench: Bench, id: number): Promise<void> {
  const read = await bench.panel.getServer(id)
  if (isAbsent(read)) return
  const { built, commissionStatus } = need(read)
  if (built !== null || (commissionStatus ?? 0) !== 0) throw broken('probe_server_built', { virtfusionServerId: id })
  const deleted = await bench.panel.delete(id)
  // One that is under way already is refused as busy, and an answer may be lost: what counts is that it ends.
  const limitMs = deleted.ok || isRefusal(deleted) ? GONE_WITHIN_MS : SHOWS_WITHIN_MS
  const isGone = await until(bench, limitMs, async () => {
    const look = await bench.panel.getServer(id)
    if (!look.ok && !isAbsent(look)) throw unexpected(look)
    return !look.ok
  })
  if (isGone) return
  throw deleted.ok || isRefusal(deleted) ? broken('probe_server_stays', { virtfusionServerId: id }) : unexpected(deleted)
}

/** Where the panel let two users have one name, both go. */
async function removeUser({ panel, sleep }: Bench, relation: string): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const found = await panel.findUserByRelation(relation)
    if (isAbsent(found)) return
    need(found)
    const deleted = await panel.deleteUserByRelation(relation)
    if (!deleted.ok && !isAbsent(deleted)) {
      if (tries === 4) throw unexpected(deleted)
      await sleep(1_000)
    }
  }
}
