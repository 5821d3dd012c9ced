import { setTimeout as sleep } from 'node:timers/promises'
import type { Services } from '../context.ts'
import type { Server } from '../generated/prisma/client.ts'
import type { VirtFusionServerRow } from '../virtfusion/schemas/servers.ts'
import { callSilently } from './call-silently.ts'
import { classifyFailure } from './classify-failure.ts'
import { enqueue } from './queue.ts'

/** A server that was not read for this long is read by itself. Below the fifteen minutes within which each has to be seen. */
const SEEN_MS = 12 * 60_000
const PAGE_PAUSE_MS = 500
const LARGEST_PAGE = 200
/** Reads asked for in one sweep when the token may not list; the rest follows with the next. */
const DETAIL_LIMIT = 200
/** Between two single reads, so that people's work comes first. */
const DETAIL_PACE_MS = 250

type Row = Pick<Server, 'id' | 'virtfusionServerId' | 'virtfusionUuid' | 'virtfusionOwnerId' | 'suspendedAt' | 'observedAt'>
const ROW = { id: true, virtfusionServerId: true, virtfusionUuid: true, virtfusionOwnerId: true, suspendedAt: true, observedAt: true } as const

/**
 * Looks at every bound server: through the pages of the panel's list, and one by one where a row differs, is missing, or where the token
 * may not list. A row of the list that agrees with ours counts as seen. @param signal ends it between two pages
 */
export async function sweep(services: Services, signal: AbortSignal): Promise<void> {
  if (!await services.panel.client()) return
  const startedAt = services.now()
  for (let page = 1, lastPage = 1; page <= lastPage && !signal.aborted; page++) {
    const listed = await listPage(services, page)
    if (!listed) return
    if (!listed.ok) {
      if (classifyFailure(listed.error) === 'forbidden') await readOldest(services, startedAt)
      return
    }
    lastPage = listed.value.lastPage
    await compare(services, listed.value.items, startedAt)
    if (page < lastPage) await pause(PAGE_PAUSE_MS, signal)
  }
  if (!signal.aborted) await readOldest(services, startedAt)
}

async function listPage(services: Services, page: number) {
  const client = await services.panel.client()
  if (!client) return null
  const options = { page, results: LARGEST_PAGE }
  return callSilently(services, { describe: () => client.servers.list.request(options), send: (via) => client.servers.list({ ...options, ...via }) })
}

async function compare({ db }: Services, rows: readonly VirtFusionServerRow[], seenAt: Date): Promise<void> {
  const ours = await db.server.findMany({ where: { virtfusionServerId: { in: rows.map(({ id }) => id) }, lifecycle: { notIn: ['deleted'] } }, select: ROW })
  const byRemoteId = new Map(rows.map((row) => [row.id, row]))
  const same: string[] = []
  let delay = 0
  for (const server of ours) {
    const row = byRemoteId.get(server.virtfusionServerId ?? 0)
    // A first look is a whole one: the list tells neither sizes nor addresses.
    if (row && server.observedAt && !differs(server, row)) same.push(server.id)
    else await observeLater(db, server.id, delay++)
  }
  await db.server.updateMany({ where: { id: { in: same }, observedAt: { lt: seenAt } }, data: { observedAt: seenAt, vanishedAt: null } })
}

function differs(server: Row, row: VirtFusionServerRow): boolean {
  return row.uuid !== server.virtfusionUuid
    || (row.ownerId !== null && server.virtfusionOwnerId !== null && row.ownerId !== server.virtfusionOwnerId)
    || (row.suspended !== null && row.suspended !== (server.suspendedAt !== null))
}

/** What no page has shown: missing at the panel, or a token that may not list. */
async function readOldest({ db }: Services, startedAt: Date): Promise<void> {
  const unseen = await db.server.findMany({
    where: {
      virtfusionServerId: { not: null }, lifecycle: { in: ['active', 'provisioning', 'failed'] }, vanishedAt: null,
      OR: [{ observedAt: null }, { observedAt: { lt: new Date(startedAt.getTime() - SEEN_MS) } }],
    },
    orderBy: { observedAt: { sort: 'asc', nulls: 'first' } }, take: DETAIL_LIMIT, select: { id: true },
  })
  for (const [index, { id }] of unseen.entries()) await observeLater(db, id, index)
}

function observeLater(db: Services['db'], serverId: string, place: number): Promise<void> {
  return enqueue(db, 'server.observe', { serverId }, { key: `observe:${serverId}`, runAt: new Date(Date.now() + place * DETAIL_PACE_MS) })
}

/** Ends early, without an error, when the process is to stop. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => { if (!signal.aborted) throw error })
}
