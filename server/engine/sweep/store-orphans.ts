import { z } from 'zod'
import { ACTIVE_STATES } from '#shared/lifecycle/operations.ts'
import type { Db, Services } from '../../context.ts'
import { handBackOrphan } from '../../domains/orphans/hand-back-orphan.ts'
import type { OrphanState, Prisma } from '../../generated/prisma/client.ts'
import type { VirtFusionServerRow } from '../../virtfusion/schemas/servers.ts'
import { lockServer } from '../postgres/write-move.ts'
import { aheadOf } from '../stored-times.ts'
import type { OpenCreate, OrphanSighting, SweepStore } from './ports.ts'

type OrphanPart = Pick<SweepStore, 'findOpenCreates' | 'saveOrphans' | 'closeBoundOrphans' | 'findUnseenOrphans' | 'noteOrphans'>

/** A create that was given up longer ago than this brings nothing into being any more. */
const CREATE_MEMORY_MS = 30 * 24 * 3_600_000
const CREATE_LIMIT = 1_000
/** A row that was deleted a moment ago may still stand in an older page of the list. */
const JUST_DELETED_MS = 15 * 60_000

const MemorySchema = z.object({ ownerId: z.number().int().nullable().catch(null).default(null), baseline: z.array(z.number()).nullable().catch(null).default(null) })

export function orphanPart({ db, now }: Pick<Services, 'db' | 'now'>): OrphanPart {
  return {
    async findOpenCreates() {
      const rows = await db.operation.findMany({
        where: {
          kind: 'create', server: { virtfusionServerId: null }, createdAt: { gte: new Date(now().getTime() - CREATE_MEMORY_MS) },
          state: { in: ['queued', 'running', 'waiting', 'needs_attention', 'failed', 'cancelled'] },
        },
        orderBy: { createdAt: 'desc' }, take: CREATE_LIMIT, select: { id: true, state: true, ownerLock: true, memory: true, createdAt: true, updatedAt: true },
      })
      const lost = await findLost(db, rows.map(({ id }) => id))
      return rows.flatMap(({ id, state, ownerLock, memory, createdAt, updatedAt }): OpenCreate[] => {
        const known = MemorySchema.catch({ ownerId: null, baseline: null }).parse(memory)
        const ownerId = ownerLock ?? known.ownerId
        const isOpen = !['failed', 'cancelled'].includes(state)
        // One that is over and never got through to the panel has no child.
        if (ownerId === null || (!isOpen && !lost.has(id))) return []
        // An order may wait for hours before it is sent: while it moves, it may just have been.
        return [{ operationId: id, ownerId, baseline: known.baseline ?? [], startedAt: state === 'needs_attention' ? createdAt : updatedAt, isOpen }]
      })
    },
    async saveOrphans(sightings) {
      // Read before the rows are: a server that is given to one from here on is left alone, because its line reads differently then.
      const listed = await db.orphan.findMany({ where: { virtfusionUuid: { in: sightings.map(({ remote }) => remote.uuid) } }, select: { virtfusionUuid: true, state: true } })
      const stateOf = new Map(listed.map(({ virtfusionUuid, state }) => [virtfusionUuid, state]))
      const unbound = await withOrders(db, await withoutBound(db, sightings, new Date(now().getTime() - JUST_DELETED_MS)))
      const fresh = unbound.filter(({ remote }) => !stateOf.has(remote.uuid))
      if (fresh.length > 0) await db.orphan.createMany({ data: fresh.map(toRow), skipDuplicates: true })
      const known = unbound.flatMap((sighting) => {
        const state = stateOf.get(sighting.remote.uuid)
        return state ? [{ ...sighting, state }] : []
      })
      if (known.length > 0) await seeAgain(db, known)
    },
    async closeBoundOrphans() {
      await db.$executeRaw`
        update orphans o set state = 'adopted', server_id = s.id from servers s
        where s.virtfusion_uuid = o.virtfusion_uuid and s.lifecycle <> 'deleted' and o.state in ('open', 'ignored')`
      await db.$executeRaw`update orphans o set state = 'gone' from servers s where s.id = o.server_id and o.state = 'deleting' and s.lifecycle = 'deleted'`
      await handBackFailed(db, now)
    },
    findUnseenOrphans: (since, limit) => db.orphan.findMany({
      where: { state: { in: ['open', 'ignored'] }, OR: [{ lastSeenAt: { lt: since } }, { lastSeenAt: { gt: aheadOf(now()) } }] }, orderBy: { lastSeenAt: 'asc' }, take: limit, select: { id: true, virtfusionServerId: true, virtfusionUuid: true },
    }),
    async noteOrphans(ids, at, what) {
      await db.orphan.updateMany({ where: { id: { in: [...ids] }, state: { in: ['open', 'ignored'] } }, data: what === 'gone' ? { state: 'gone' } : { lastSeenAt: at } })
    },
  }
}

/** Creates of which a call has or may have taken effect. */
async function findLost(db: Db, operationIds: string[]): Promise<Set<string>> {
  if (operationIds.length === 0) return new Set()
  const rows = await db.provisioningLog.findMany({
    where: { operationId: { in: operationIds }, action: 'servers.create', effect: { not: 'none' } }, distinct: ['operationId'], select: { operationId: true },
  })
  return new Set(rows.flatMap(({ operationId }) => operationId ?? []))
}

/** A create may have found its server since the page was read. */
async function withoutBound(db: Db, sightings: readonly OrphanSighting[], deletedBefore: Date): Promise<OrphanSighting[]> {
  const uuids = sightings.map(({ remote }) => remote.uuid)
  const rows = await db.server.findMany({
    where: { virtfusionUuid: { in: uuids }, OR: [{ lifecycle: { not: 'deleted' } }, { deletedAt: { gte: deletedBefore } }] }, select: { virtfusionUuid: true },
  })
  const bound = new Set(rows.map(({ virtfusionUuid }) => virtfusionUuid))
  return sightings.filter(({ remote }) => !bound.has(remote.uuid))
}

/** A throw-away user stands for one order, whatever has become of that order since. */
async function withOrders(db: Db, sightings: readonly OrphanSighting[]): Promise<OrphanSighting[]> {
  const owners = sightings.flatMap(({ operationId, remote }) => (operationId === null && remote.ownerId !== null ? [remote.ownerId] : []))
  if (owners.length === 0) return [...sightings]
  const rows = await db.escrowUser.findMany({ where: { virtfusionUserId: { in: owners } }, select: { virtfusionUserId: true, operationId: true } })
  const orderOf = new Map(rows.map(({ virtfusionUserId, operationId }) => [virtfusionUserId, operationId]))
  return sightings.map((sighting) => ({ ...sighting, operationId: sighting.operationId ?? orderOf.get(sighting.remote.ownerId ?? 0) ?? null }))
}

function toRow({ remote, operationId, seenAt }: OrphanSighting): Prisma.OrphanCreateManyInput {
  return {
    virtfusionServerId: remote.id, virtfusionUuid: remote.uuid, virtfusionOwnerId: remote.ownerId, name: remote.name,
    observation: toOrphanObservation(remote), operationId, firstSeenAt: seenAt, lastSeenAt: seenAt, announcedAt: null,
  }
}

function toOrphanObservation({ created, suspended, protected: isProtected, commissionStatus }: VirtFusionServerRow): Prisma.InputJsonObject {
  return { created, suspended, protected: isProtected, commissionStatus }
}

/**
 * One that was gone, or whose row was deleted here, and is there again, stands in front of the admins again; unless somebody has decided on
 * it since its state was read.
 */
async function seeAgain(db: Db, sightings: readonly (OrphanSighting & { state: OrphanState })[]): Promise<void> {
  const rows = JSON.stringify(sightings.map(({ remote, operationId, seenAt, state }) => ({
    uuid: remote.uuid, state, id: remote.id, owner: remote.ownerId, name: remote.name, observation: toOrphanObservation(remote), operation: operationId, at: seenAt,
  })))
  await db.$executeRaw`
    update orphans o set
      virtfusion_server_id = r.id, virtfusion_owner_id = r.owner, name = r.name, observation = r.observation, last_seen_at = r.at, operation_id = coalesce(o.operation_id, r.operation),
      state = case when o.state in ('open', 'ignored') then o.state else 'open'::"OrphanState" end,
      first_seen_at = case when o.state in ('open', 'ignored') then o.first_seen_at else r.at end,
      announced_at = case when o.state in ('open', 'ignored') then o.announced_at end,
      server_id = case when o.state in ('open', 'ignored') then o.server_id end,
      reason = case when o.state = 'ignored' then o.reason end,
      decided_by_id = case when o.state = 'ignored' then o.decided_by_id end,
      decided_at = case when o.state = 'ignored' then o.decided_at end
    from jsonb_to_recordset(${rows}::jsonb) as r(uuid text, state text, id int, owner int, name text, observation jsonb, operation uuid, at timestamptz)
    where o.virtfusion_uuid = r.uuid and o.state::text = r.state`
}

/** A deletion that failed leaves a server of nobody: it stands on the list again, from where it can go to a customer. */
async function handBackFailed(db: Services['db'], now: Services['now']): Promise<void> {
  const failed = await db.$queryRaw<{ id: string }[]>`
    select s.id from orphans o join servers s on s.id = o.server_id
    where o.state = 'deleting' and s.lifecycle not in ('deleting', 'deleted') and not exists (select from operations p where p.server_id = s.id and p.state = any(${ACTIVE_STATES}::"OperationState"[]))`
  for (const { id } of failed) {
    await db.$transaction(async (tx) => {
      await lockServer(tx, id)
      const open = await tx.operation.count({ where: { serverId: id, state: { in: ACTIVE_STATES } } })
      if (open === 0) await handBackOrphan(tx, { now }, id)
    })
  }
}
