import type { OperationListItem } from '#shared/schemas/operations.ts'
import type { Dashboard } from '#shared/schemas/dashboard.ts'
import { DATED_STEPS } from '#shared/lifecycle/operations.ts'
import type { Call, Db } from '../../context.ts'
import { PAGE_ORDER } from '../../db/cursor.ts'
import { countWaitingByHolder } from '../../engine/owner-lock.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { serializeOperation } from '../operations/serialize-operation.ts'
import { countOpen } from '../drift/count-open.ts'
import { getPanelStatus } from '../panel/get-panel-status.ts'
import { readVirtfusionSettings } from '../settings/read-virtfusion-settings.ts'
import { readGroup } from '../settings/registry.ts'
import { countByState } from '../servers/count-by-state.ts'
import { findNames } from '../people/find-names.ts'
import { actorNameOf } from '../servers/serialize-server.ts'

const SHOWN = 8
const RECENT_MS = 7 * 24 * 3_600_000
/** An order may fail long after it was made. */
const LAST_ENDED: Prisma.OperationOrderByWithRelationInput[] = [{ finishedAt: 'desc' }, { id: 'desc' }]

/** What an admin sees first: the panel, what needs somebody, and how the servers stand. Asks the database only. */
export async function getDashboard(call: Call): Promise<Dashboard> {
  const { db } = call
  const waiting = await countWaitingByHolder(db)
  const withWaiting = (operations: OperationListItem[]) => operations.map((operation) => ({ ...operation, waitingBehind: waiting.get(operation.id) ?? 0 }))
  const [panel, connection, lastTest, byState, customers, plans, sample, made, drift, undecided, recentFailures, underWay] = await Promise.all([
    getPanelStatus(call),
    readVirtfusionSettings(call),
    readGroup(db, 'virtfusion.last-test'),
    countByState(db),
    db.user.count({ where: { role: 'customer' } }),
    db.plan.count(),
    db.server.findFirst({ where: { isSample: true }, select: { id: true } }),
    db.server.findFirst({ select: { id: true } }),
    countOpen(db),
    listOperations(db, { state: 'needs_attention' }),
    listOperations(db, { state: 'failed', finishedAt: { gte: new Date(call.now().getTime() - RECENT_MS) } }, LAST_ENDED),
    listUnderWay(db, [...waiting.keys()]),
  ])
  const hasAnswered = panel.lastSuccessAt !== null || lastTest.value.test?.ok === true
  const total = Object.entries(byState).reduce((sum, [state, count]) => state === 'deleted' ? sum : sum + count, 0)
  return {
    panel,
    servers: { total, byState },
    customers,
    plans,
    drift,
    needsAttention: withWaiting(undecided),
    recentFailures,
    underWay: withWaiting(underWay),
    gettingStarted: { panelConnected: panel.state !== 'unconfigured' && hasAnswered, planMade: plans > 0, customerAdded: customers > 0, serverCreated: made !== null },
    hasSampleData: sample !== null,
    isStandIn: call.env.BERTH_DEMO && connection.apiUrlSource === 'environment',
  }
}

/** Those that others wait behind come first: they are older than all of these, which would push them off the list. */
async function listUnderWay(db: Db, holderIds: string[]): Promise<OperationListItem[]> {
  const where: Prisma.OperationWhereInput = { state: { in: ['queued', 'running', 'waiting'] }, step: { notIn: [...DATED_STEPS] } }
  const [holders, others] = await Promise.all([
    holderIds.length === 0 ? [] : listOperations(db, { ...where, id: { in: holderIds } }),
    listOperations(db, { ...where, id: { notIn: holderIds } }),
  ])
  return [...holders, ...others].slice(0, SHOWN)
}

async function listOperations(db: Db, where: Prisma.OperationWhereInput, orderBy: Prisma.OperationOrderByWithRelationInput[] = PAGE_ORDER): Promise<OperationListItem[]> {
  const rows = await db.operation.findMany({
    where, orderBy, take: SHOWN, include: { server: { select: { id: true, reference: true, name: true } } },
  })
  const names = await findNames(db, rows.map((row) => row.actorId))
  return rows.map((row) => ({ ...serializeOperation(row, actorNameOf(row, names)), server: row.server }))
}
