import { z } from 'zod'
import { FeaturesSchema, OverridesSchema, type Overrides } from '#shared/schemas/features.ts'
import { DRIFT_FIELDS, type DriftValue } from '#shared/lifecycle/drift.ts'
import { ACTIVE_STATES, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { Services } from '../../context.ts'
import { readGroup } from '../../domains/settings/registry.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { aheadOf, takesReadOf } from '../stored-times.ts'
import type { BoundRef, BoundRow, KnownFinding, ServerRecord, Sizes, SweepStore } from './ports.ts'

type ServerPart = Pick<SweepStore, 'findBound' | 'readSuspensionPolicy' | 'noteSeen' | 'countFleet' | 'findUnseen' | 'loadRecord'>

/** Should be at the panel: neither on its way out nor known to be gone. */
const EXPECTED = { virtfusionServerId: { not: null }, vanishedAt: null, lifecycle: { in: ['active', 'provisioning', 'failed'] } } satisfies Prisma.ServerWhereInput

const RECORD = {
  id: true, lifecycle: true, name: true, virtfusionServerId: true, virtfusionUuid: true, virtfusionOwnerId: true, desiredSuspended: true, vanishedAt: true, observation: true, overrides: true,
  memoryMb: true, storageGb: true, cpuCores: true, trafficGb: true,
  plan: { select: { features: true } },
  operations: { orderBy: { updatedAt: 'desc' }, take: 1, select: { updatedAt: true } },
  _count: { select: { operations: { where: { state: { in: ['queued', 'running', 'waiting', 'needs_attention'] }, step: { not: SCHEDULED_STEP } } } } },
  findings: { where: { state: { in: ['open', 'ignored'] } }, select: { id: true, field: true, state: true, panelValue: true } },
} satisfies Prisma.ServerSelect

const ValueSchema = z.union([z.string(), z.number(), z.boolean()]).nullable().catch(null)
const KnownSchema = z.object({ id: z.string(), field: z.enum(DRIFT_FIELDS), state: z.enum(['open', 'ignored']), panelValue: ValueSchema })
const AbsenceSchema = z.object({ absentSince: z.iso.datetime().nullable().catch(null) }).catch({ absentSince: null })

export function serverPart({ db, now }: Pick<Services, 'db' | 'now'>): ServerPart {
  return {
    async findBound(remotes) {
      const byId = await selectBound(db, remotes.map(({ id }) => id), [])
      const known = new Set(byId.map((row) => row.virtfusionUuid))
      const others = remotes.filter(({ uuid }) => !known.has(uuid)).map(({ uuid }) => uuid)
      return others.length === 0 ? byId : [...byId, ...await selectBound(db, [], others)]
    },
    async readSuspensionPolicy() {
      return (await readGroup(db, 'safety')).value.suspensionPolicy
    },
    async noteSeen(serverIds, at) {
      await db.$executeRaw`update servers set observed_at = ${at} where id = any(${serverIds}::uuid[]) and observed_at is not null and ${takesReadOf(at)}`
    },
    countFleet: () => db.server.count({ where: EXPECTED }),
    async findUnseen(since, limit) {
      const where = { ...EXPECTED, OR: [{ observedAt: null }, { observedAt: { lt: since } }, { observedAt: { gt: aheadOf(now()) } }] } satisfies Prisma.ServerWhereInput
      const total = await db.server.count({ where })
      if (total === 0) return { total, rows: [] }
      // Bare SQL, for what to order by stands in the observation.
      const rows = await db.$queryRaw<BoundRef[]>`
        select id, virtfusion_server_id as "virtfusionServerId" from servers
        where virtfusion_server_id is not null and vanished_at is null and lifecycle = any(${EXPECTED.lifecycle.in}::"Lifecycle"[])
          and (observed_at is null or observed_at < ${since} or observed_at > ${aheadOf(now())})
        order by observation->>'unreadAt' asc nulls first, observed_at asc nulls first limit ${limit}`
      return { total, rows }
    },
    async loadRecord(serverId) {
      const row = await db.server.findUnique({ where: { id: serverId }, select: RECORD })
      if (!row || row.virtfusionServerId === null || row.lifecycle === 'deleted') return null
      const { value } = await readGroup(db, 'safety')
      return toRecord({ ...row, virtfusionServerId: row.virtfusionServerId }, value.suspensionPolicy !== 'off')
    },
  }
}

/** Bare SQL: 100 pages of 200 rows are read this way, and the observation is not carried over for a few of its words. */
function selectBound(db: Services['db'], ids: number[], uuids: string[]): Promise<BoundRow[]> {
  return db.$queryRaw<BoundRow[]>`
    select id, lifecycle::text as lifecycle, virtfusion_server_id as "virtfusionServerId", virtfusion_uuid as "virtfusionUuid", virtfusion_owner_id as "virtfusionOwnerId",
      suspended_at is not null as "isSuspended", desired_suspended as "desiredSuspended",
      (select f.state::text from drift_findings f where f.server_id = servers.id and f.field = 'suspension' and f.state in ('open', 'ignored')) as "suspensionFinding",
      exists (select from operations o where o.server_id = servers.id and o.state = any(${ACTIVE_STATES}::"OperationState"[]) and o.step <> ${SCHEDULED_STEP}) as "isBusy",
      vanished_at is not null as "isVanished", deleted_at as "deletedAt", observed_at as "observedAt",
      observation->>'name' as "observedName", observation->>'comparedUpdate' as "comparedUpdate",
      observation->>'unreadAt' as "unreadAt"
    from servers where virtfusion_server_id = any(${ids}::int[]) or virtfusion_uuid = any(${uuids}::text[])`
}

type RecordRow = Omit<Prisma.ServerGetPayload<{ select: typeof RECORD }>, 'virtfusionServerId'> & { virtfusionServerId: number }

function toRecord({ plan, overrides, operations, _count, findings, observation, vanishedAt, ...row }: RecordRow, reportsLifting: boolean): ServerRecord {
  const features = FeaturesSchema.safeParse(plan.features)
  const ordered = sizesOf(OverridesSchema.catch({}).parse(overrides))
  const sold = features.success ? sizesOf(features.data) : NO_SIZES
  const { absentSince } = AbsenceSchema.parse(observation)
  return {
    ...row,
    reportsLifting,
    ordered,
    plan: {
      memoryMb: ordered.memoryMb ?? sold.memoryMb, storageGb: ordered.storageGb ?? sold.storageGb,
      cpuCores: ordered.cpuCores ?? sold.cpuCores, trafficGb: ordered.trafficGb ?? sold.trafficGb,
    },
    packageId: features.success ? features.data.virtfusion_package_id : null,
    isBusy: _count.operations > 0,
    isVanished: vanishedAt !== null,
    lastChangeAt: operations[0]?.updatedAt ?? null,
    absentSince: absentSince === null ? null : new Date(absentSince),
    findings: findings.map((finding): KnownFinding | undefined => KnownSchema.safeParse(finding).data).filter((finding) => finding !== undefined),
  }
}

const NO_SIZES: Sizes = { memoryMb: null, storageGb: null, cpuCores: null, trafficGb: null }

/** The sizes that a plan or an order names by itself. */
export function sizesOf(wanted: Overrides): Sizes {
  return {
    memoryMb: wanted.virtfusion_memory ?? null, storageGb: wanted.virtfusion_storage ?? null,
    cpuCores: wanted.virtfusion_cpu_cores ?? null, trafficGb: wanted.virtfusion_traffic ?? null,
  }
}

/** A stored value of a finding; null for what no version of Berth wrote. */
export const readDriftValue = (stored: unknown): DriftValue => ValueSchema.parse(stored)
