import type { VirtFusionServerRow } from '../../virtfusion/schemas/servers.ts'
import { comparePage, judgeUnknown } from './compare-page.ts'
import { believeUnlessMass, isMass } from './confirm-absence.ts'
import { vanishLimit } from './decide-mass-vanish.ts'
import { listAll } from './list-all.ts'
import type { BoundRef, BoundRow, SweepContext } from './ports.ts'
import { readServer, type ReadResult } from './read-server.ts'

/** Between two single reads, so that people's work comes first. */
const READ_PACE_MS = 250
const SECOND_LOOK_MS = 3_000
/** Single reads of one sweep; the rest follows with the next. */
const READ_LIMIT = 400
/** Where the token may not list, everything is read one by one: as many as fit between two sweeps. */
const BLIND_LIMIT = 2_000
/** A server that was not seen for this long is read by itself. Below the fifteen minutes within which each has to be seen. */
const SEEN_MS = 12 * 60_000
/** So many single reads in a row that come to nothing are the panel's doing, and not one server's. */
const FAILURES_IN_A_ROW = 3
/** When the list lacks too many, as many are asked for by themselves before the panel is doubted instead of them. */
const SAMPLE = 10
/** Reads that are kept for those of which the last one came to nothing, where all others would use them up. */
const HELD_BACK = 20
/** Orphans stored with one statement. */
const CHUNK = 200

type Absent = Extract<ReadResult, { type: 'absent' }>
type Exchanged = Extract<ReadResult, { type: 'exchanged' }>

interface Reads {
  absent: Absent[]
  exchanged: Exchanged[]
  /** Missing as well, as far as a sample tells. */
  unread: number
  /** Reads that this sweep may still make. */
  left: number
  isAnswered: boolean
  /** Reads in a row that came to nothing. */
  failures: number
  /** Ids of servers that are no matter of a second read in this sweep: the list shows them, or they could not be read. */
  done: Set<string>
}

const newReads = (): Reads => ({ absent: [], exchanged: [], unread: 0, left: READ_LIMIT, isAnswered: true, failures: 0, done: new Set() })

interface Unknown { remote: VirtFusionServerRow, seenAt: Date }
type Moved = BoundRef & { comparedUpdate: string | null }

/**
 * Looks at every server of ours: through the pages of the panel's list, and one by one where a row differs, is missing, or where the token may
 * not list. What is missing is read twice before it counts, and only where the list came whole. Remote servers of nobody become orphans.
 */
export async function runSweep(context: SweepContext): Promise<void> {
  const { store, now } = context
  const startedAt = now()
  const policy = await store.readSuspensionPolicy()
  const reads = newReads()
  const differ: BoundRef[] = []
  const moved: Moved[] = []
  // Those of which the last read came to nothing wait until all others were read, or they would keep them from it each time.
  const unreadable: BoundRow[] = []
  const unknown: Unknown[] = []
  const listing = await listAll(context, async (remotes, readAt) => {
    const verdict = comparePage({ remotes, ours: await store.findBound(remotes), readAt, policy })
    if (verdict.agree.length > 0) await store.noteSeen(verdict.agree, readAt)
    unreadable.push(...[...verdict.differ, ...verdict.moved].filter(({ unreadAt }) => unreadAt !== null))
    differ.push(...verdict.differ.filter(({ unreadAt }) => unreadAt === null).map(toRef))
    const [oldest, ...others] = oldestFirst(verdict.moved.filter(({ unreadAt }) => unreadAt === null).map((row) => ({ ...toRef(row), comparedUpdate: row.comparedUpdate })))
    unknown.push(...verdict.unknown.map((remote) => ({ remote, seenAt: readAt })))
    // The pause until the next page is time enough for one read.
    const next = differ.shift() ?? oldest
    moved.push(...others, ...(oldest && oldest !== next ? [oldest] : []))
    if (next) await readEach(context, [next], reads)
  })
  if (listing === 'unavailable') return
  for (const { id } of unreadable) reads.done.add(id)
  if (listing === 'forbidden') {
    reads.left = BLIND_LIMIT
    const unseen = await store.findUnseen(seenUntil(startedAt), BLIND_LIMIT)
    await readEach(context, unseen.rows, reads)
  }
  else {
    const heldBack = Math.min(HELD_BACK, unreadable.length)
    reads.left -= heldBack
    await readEach(context, differ, reads)
    if (listing === 'partial') await readHidden(context, startedAt, reads)
    await readEach(context, oldestFirst(moved), reads)
    if (listing === 'complete') await readMissing(context, startedAt, reads)
    // One that fails again is enough: the next sweep begins with another.
    reads.failures = FAILURES_IN_A_ROW - 1
    reads.left += heldBack
    await readEach(context, unreadable.toSorted((a, b) => (a.unreadAt ?? '').localeCompare(b.unreadAt ?? '')).map(toRef), reads)
  }
  const isBelieved = await settle(context, reads)
  if (isBelieved) await takeOrphans(context, unknown, listing === 'complete' ? startedAt : null)
  await store.announce()
}

const toRef = ({ id, virtfusionServerId }: BoundRef): BoundRef => ({ id, virtfusionServerId })

/** Where a panel touches all servers all the time, each gets its turn. */
const oldestFirst = (moved: readonly Moved[]) => moved.toSorted((a, b) => (a.comparedUpdate ?? '').localeCompare(b.comparedUpdate ?? ''))

/** Reads one after the other until the panel, the sweep or the process has enough. */
async function readEach(context: SweepContext, rows: readonly BoundRef[], reads: Reads): Promise<void> {
  for (const row of rows) {
    if (context.signal.aborted || !reads.isAnswered || reads.left <= 0) return
    reads.left -= 1
    const startedAt = context.now()
    const result = await readServer(context, row)
    if (result.type === 'absent') reads.absent.push(result)
    if (result.type === 'exchanged') reads.exchanged.push(result)
    noteFailure(reads, row, result)
    await context.pause(Math.max(0, READ_PACE_MS - (context.now().getTime() - startedAt.getTime())))
  }
}

/** One server that can't be read is no reason to read no other; several in a row, or a panel that is left alone, are. */
function noteFailure(reads: Reads, { id }: BoundRef, result: ReadResult): void {
  const isFailed = result.type === 'failed' && result.failure !== 'busy' && result.failure !== 'refused'
  reads.failures = isFailed ? reads.failures + 1 : 0
  if (!isFailed) return
  reads.done.add(id)
  const isHopeless = result.isPanel === true || result.failure === 'unauthorized' || result.failure === 'forbidden'
  reads.isAnswered = !isHopeless && reads.failures < FAILURES_IN_A_ROW
}

const seenUntil = (startedAt: Date) => new Date(startedAt.getTime() - SEEN_MS)

/** What no page has shown for long, because one fails each time. That one of them does not exist is believed of a whole list only. */
async function readHidden(context: SweepContext, startedAt: Date, reads: Reads): Promise<void> {
  const { absent } = reads
  const asked = idsOf(reads)
  const { rows } = await context.store.findUnseen(seenUntil(startedAt), READ_LIMIT)
  reads.absent = []
  await readEach(context, rows.filter(({ id }) => !asked.has(id)), reads)
  reads.absent = absent
}

const idsOf = ({ absent, exchanged, done }: Reads) => new Set([...done, ...[...absent, ...exchanged].map(({ record }) => record.id)])

/** What the whole list does not show. If a few of too many do not answer either, the others need no asking. */
async function readMissing(context: SweepContext, startedAt: Date, reads: Reads): Promise<void> {
  const { store } = context
  const asked = idsOf(reads)
  const { total, rows } = await store.findUnseen(startedAt, READ_LIMIT)
  const missing = rows.filter(({ id }) => !asked.has(id))
  const isMany = total > vanishLimit(await store.countFleet())
  const before = reads.absent.length
  await readEach(context, isMany ? missing.slice(0, SAMPLE) : missing, reads)
  if (!isMany || !reads.isAnswered) return
  const isUniform = reads.absent.length - before === Math.min(SAMPLE, missing.length)
  if (isUniform) reads.unread = Math.max(0, missing.length - SAMPLE) + Math.max(0, total - rows.length)
  else await readEach(context, missing.slice(SAMPLE), reads)
}

/** Looks a second time at what answered that it does not exist, then believes it or doubts the panel. */
async function settle(context: SweepContext, { absent, exchanged, unread }: Reads): Promise<boolean> {
  if (context.signal.aborted) return false
  const first = { absences: absent.map(toAbsence), exchanges: exchanged, unread }
  if (absent.length === 0 || await isMass(context, first)) return believeUnlessMass(context, first)
  await context.pause(SECOND_LOOK_MS)
  const again = newReads()
  await readEach(context, absent.map(({ record }) => record), again)
  const confirmed = new Set(again.absent.map(({ record }) => record.id))
  return believeUnlessMass(context, { ...first, absences: first.absences.filter(({ serverId }) => confirmed.has(serverId)) })
}

const toAbsence = ({ record, readAt }: Absent) => ({ serverId: record.id, since: readAt })

/** @param wholeSince when a list that came whole was begun: what it did not show may be gone */
async function takeOrphans(context: SweepContext, unknown: readonly Unknown[], wholeSince: Date | null): Promise<void> {
  const { store } = context
  if (unknown.length > 0) {
    const creates = await store.findOpenCreates()
    const sightings = unknown.map(({ remote, seenAt }) => judgeUnknown(remote, creates, seenAt)).filter((sighting) => sighting !== null)
    for (let from = 0; from < sightings.length; from += CHUNK) await store.saveOrphans(sightings.slice(from, from + CHUNK))
  }
  await store.closeBoundOrphans()
  if (wholeSince) await findGoneOrphans(context, wholeSince)
}

/** A list may skip a row, so an orphan that it does not show is asked for by itself before it is called gone. */
async function findGoneOrphans({ store, panel, now, pause, signal }: SweepContext, since: Date): Promise<void> {
  let failures = 0
  for (const { id, virtfusionServerId, virtfusionUuid } of await store.findUnseenOrphans(since, READ_LIMIT)) {
    if (signal.aborted || failures >= FAILURES_IN_A_ROW) return
    const at = now()
    const answer = await panel.read(virtfusionServerId, null)
    if (answer.type === 'failed' && answer.failure !== 'absent') {
      if (answer.isPanel === true) return
      failures += 1
    }
    else {
      failures = 0
      const isGone = answer.type === 'failed' || answer.remote.uuid !== virtfusionUuid
      await store.noteOrphans([id], at, isGone ? 'gone' : 'seen')
    }
    await pause(READ_PACE_MS)
  }
}
