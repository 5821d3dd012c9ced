import type { DriftField } from '#shared/lifecycle/drift.ts'
import { ACTIVE_STATES, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { Lifecycle, Power } from '#shared/lifecycle/servers.ts'
import type { DeletionHolder } from '#shared/schemas/servers.ts'
import type { Db } from '../../context.ts'
import { readPanelDelay } from '../../engine/decide-panel-delay.ts'
import type { Operation, Prisma } from '../../generated/prisma/client.ts'
import { findNames } from '../people/find-names.ts'
import { judgeFreshness } from './freshness.ts'

/** Whose server it is at the panel. */
const WHOSE: DriftField[] = ['owner', 'identity']
/** An ignored difference stands at the panel as well, and the engine refuses by it. */
const DOUBTS = { field: { in: WHOSE }, state: { in: ['open', 'ignored'] } } satisfies Prisma.DriftFindingWhereInput

const FORM = {
  omit: { observation: true, overrides: true },
  include: { plan: { select: { id: true, name: true } }, customer: { select: { id: true, name: true, email: true } }, _count: { select: { findings: { where: DOUBTS } } } },
} satisfies Prisma.ServerDefaultArgs

/** A server as the serializers and the rules of `shared/lifecycle` take it. */
export interface LoadedServer extends Omit<Prisma.ServerGetPayload<typeof FORM>, '_count'> {
  /** The one that holds the server; else the last that failed, if nothing succeeded after it. A deletion that waits for its day is in `deletion`. */
  operation: Operation | null
  /** Names of the people that the row and its operation point to. */
  names: ReadonlyMap<string, string>
  freshness: 'live' | 'stale' | 'unknown'
  /** Unknown unless it was read as lately as `freshness` calls live. */
  power: Power
  /** As last read, however long ago. */
  lastPower: { power: Power, at: Date } | null
  suspension: { since: Date, reason: string | null } | null
  deletion: { requestedAt: Date, dueAt: Date, heldBy: DeletionHolder } | null
  /** The sweep has seen it with another owner, or another server under its number. */
  isInDoubt: boolean
}

interface Selection {
  where: Prisma.ServerWhereInput
  orderBy?: Prisma.ServerOrderByWithRelationInput[]
  take?: number
  now: Date
}

/** Reads servers with all that a screen shows of them, in a fixed number of queries however many they are. */
export async function loadServers(db: Db, { where, orderBy, take, now }: Selection): Promise<LoadedServer[]> {
  const rows = await db.server.findMany({ where, ...(orderBy ? { orderBy } : {}), ...(take ? { take } : {}), ...FORM })
  const operations = await findShownOperations(db, rows.map((row) => row.id))
  const names = await findNames(db, [...rows.map((row) => row.suspendedById), ...[...operations.values()].map((operation) => operation.actorId)])
  return rows.map(({ _count, ...row }) => ({
    ...row,
    isInDoubt: _count.findings > 0,
    operation: operations.get(row.id) ?? null,
    names,
    freshness: judgeFreshness(row.observedAt, now),
    power: judgeFreshness(row.powerObservedAt, now) === 'live' ? row.power : 'unknown',
    lastPower: row.powerObservedAt && row.power !== 'unknown' ? { power: row.power, at: row.powerObservedAt } : null,
    suspension: row.suspendedAt ? { since: row.suspendedAt, reason: row.suspensionReason } : null,
    deletion: row.deletionDueAt ? { requestedAt: row.deletionRequestedAt ?? row.deletionDueAt, dueAt: row.deletionDueAt, heldBy: holderOf(row, operations.get(row.id)) } : null,
  }))
}

/** One that waits on our side holds no server: it is not the operation that is shown, and its server is not on its way out. */
function holderOf({ lifecycle }: { lifecycle: Lifecycle }, operation: Operation | undefined): DeletionHolder {
  return lifecycle === 'deleting' && operation && readPanelDelay(operation) !== null ? 'panel' : 'berth'
}

/** Per server: the active operation, else the newest finished one where that failed. */
async function findShownOperations(db: Db, serverIds: string[]): Promise<Map<string, Operation>> {
  if (serverIds.length === 0) return new Map()
  const newest = await db.$queryRaw<{ id: string }[]>`
    select o.id from unnest(${serverIds}::uuid[]) as s(id)
    cross join lateral (
      select o.id, o.state from operations o
      where o.server_id = s.id and o.state <> 'cancelled'
        and not (o.step = ${SCHEDULED_STEP} and o.state in ('queued', 'running', 'waiting'))
      order by (o.state = any(${ACTIVE_STATES}::"OperationState"[])) desc, o.created_at desc, o.id desc limit 1
    ) o where o.state <> 'succeeded'`
  if (newest.length === 0) return new Map()
  const operations = await db.operation.findMany({ where: { id: { in: newest.map((row) => row.id) } } })
  return new Map(operations.map((operation) => [operation.serverId, operation]))
}
