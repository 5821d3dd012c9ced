import type { Ledger, LedgerEntry } from './core/ledger.ts'
import type { Server, State } from './core/state.ts'
import { isRecord } from './http/fields.ts'

interface Build {
  /** The effect of the call that asked for it. */
  asked: LedgerEntry
  /** Whether the server had been built before, so that this wipes a disk. */
  isRebuild: boolean
  /** How it ended; null while it runs. */
  ended: LedgerEntry | null
}

interface Suspension {
  since: LedgerEntry
  /** Null while it lasts. */
  until: LedgerEntry | null
}

/**
 * What happened to one server, from the ledger alone. An entry holds the number of its call, the request id, the time and the body.
 * After a restore of the panel this still tells what was done; what the panel holds then is in its state.
 */
export interface ServerHistory {
  uuid: string
  serverId: number
  /** The owner that it was created for. */
  ownerId: number
  /** `server.created`, with the call; `server.made-by-hand` when no call made it. */
  created: LedgerEntry
  builds: Build[]
  suspensions: Suspension[]
  ownerChanges: LedgerEntry[]
  /** Deletions that were asked for, also those that lie ahead or were replaced. */
  deletionsAsked: LedgerEntry[]
  /** What took it away: a deletion, a hand, or a restore of the panel. Null while it is alive. */
  gone: LedgerEntry | null
}

export type Histories = ReadonlyMap<string, ServerHistory>

type Teller = (history: ServerHistory, entry: LedgerEntry) => void

const endBuild: Teller = (history, entry) => {
  const build = history.builds.find(({ asked }) => asked.number === entry.cause)
  if (build) build.ended = entry
}

function setSuspension(history: ServerHistory, entry: LedgerEntry, isSuspended: boolean) {
  const last = history.suspensions.at(-1)
  const isOn = last !== undefined && last.until === null
  if (isSuspended && !isOn) history.suspensions.push({ since: entry, until: null })
  if (!isSuspended && isOn) last.until = entry
}

const leave: Teller = (history, entry) => {
  history.gone = entry
}

const TELLERS = new Map<string, Teller>([
  ['server.build-queued', (history, entry) => {
    history.builds.push({ asked: entry, isRebuild: entry.ids.rebuild === 1, ended: null })
  }],
  ['server.built', endBuild],
  ['server.build-failed', endBuild],
  ['server.suspended', (history, entry) => setSuspension(history, entry, true)],
  ['server.unsuspended', (history, entry) => setSuspension(history, entry, false)],
  ['server.owner-changed', (history, entry) => {
    history.ownerChanges.push(entry)
  }],
  ['server.delete-accepted', (history, entry) => {
    history.deletionsAsked.push(entry)
  }],
  ['server.deleted', leave],
  ['server.vanished', leave],
  ['server.changed-by-hand', (history, entry) => {
    if (!isRecord(entry.body)) return
    const { suspended, ownerId } = entry.body
    if (typeof suspended === 'boolean') setSuspension(history, entry, suspended)
    if (typeof ownerId === 'number') history.ownerChanges.push(entry)
  }],
])

const texts = (value: unknown): string[] => Array.isArray(value) ? value.filter(entry => typeof entry === 'string') : []

/** A restore took servers away that nobody deleted, and brought back what was gone. */
function restore(histories: Map<string, ServerHistory>, entry: LedgerEntry) {
  const body = isRecord(entry.body) ? entry.body : {}
  const among = (uuids: unknown) => texts(uuids).flatMap(uuid => histories.get(uuid) ?? [])
  for (const history of among(body.lost)) history.gone = entry
  for (const history of among(body.revived)) history.gone = null
}

function tell(histories: Map<string, ServerHistory>, entry: LedgerEntry) {
  const { effect, uuid, ids } = entry
  if (effect === 'panel.restored') return restore(histories, entry)
  if (uuid === null) return
  if (effect === 'server.created' || effect === 'server.made-by-hand') {
    histories.set(uuid, {
      uuid, serverId: ids.serverId ?? 0, ownerId: ids.userId ?? 0, created: entry, builds: [], suspensions: [], ownerChanges: [],
      deletionsAsked: [], gone: null,
    })
    return
  }
  const history = histories.get(uuid)
  if (history) TELLERS.get(effect)?.(history, entry)
}

/** The history of every server that was ever created, by uuid, in the order of creation. */
export function historiesOf(entries: readonly LedgerEntry[]): Histories {
  const histories = new Map<string, ServerHistory>()
  for (const entry of entries) tell(histories, entry)

  return histories
}

/** Gives the histories as often as they are asked for, at the cost of what is new since. A ledger that was cleared is read anew. */
export function followLedger(ledger: Ledger): () => Histories {
  let histories = new Map<string, ServerHistory>()
  let lastRead: LedgerEntry | null = null

  return () => {
    const { entries } = ledger
    let next = lastRead === null ? 0 : lastRead.number - (entries[0]?.number ?? 1) + 1
    if (lastRead !== null && entries[next - 1] !== lastRead) {
      histories = new Map()
      next = 0
    }
    for (let entry = entries[next]; entry !== undefined; entry = entries[next += 1]) tell(histories, entry)
    lastRead = entries.at(-1) ?? null

    return histories
  }
}

/** Number of the call that an effect goes back to, also when it came later; null when no call caused it. */
export function callBehind(entries: readonly LedgerEntry[], entry: LedgerEntry): number | null {
  const first = entries[0]?.number ?? 1
  let current: LedgerEntry | undefined = entry
  while (current && current.call === null && current.cause !== null) current = entries[current.cause - first]

  return current?.call ?? null
}

/** The servers that the panel holds now, by owner. Owners without servers are absent. */
export function liveServersByOwner({ servers }: State): Map<number, Server[]> {
  const owners = new Map<number, Server[]>()
  for (const server of servers.values()) {
    const own = owners.get(server.ownerId)
    if (own) own.push(server)
    else owners.set(server.ownerId, [server])
  }

  return owners
}
