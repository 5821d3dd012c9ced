import type { AuditEvent, AuditEventQuery } from '#shared/schemas/audit-events.ts'
import type { Call, Db } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import type { AuditEvent as AuditEventRow } from '../../generated/prisma/client.ts'
import { describeAuditEvent } from '../../messages/en/audit.ts'

/** Who did what, newest first; filtered by thing or by person. */
export async function listAuditEvents(call: Call, { entity, entityId, actorId, cursor, limit }: AuditEventQuery): Promise<{ items: AuditEvent[], nextCursor: string | null }> {
  const rows = await call.db.auditEvent.findMany({
    where: { ...(entity ? { entity } : {}), ...(entityId ? { entityId } : {}), ...(actorId ? { actorId } : {}), AND: [pageWhere(cursor)] },
    orderBy: PAGE_ORDER,
    take: limit + 1,
  })
  const plans = await findPlans(call.db, rows)
  return toPage(rows, limit, (row) => serializeAuditEvent(row, { isGone: row.entity === 'plan' && row.entityId !== null && !plans.has(row.entityId) }))
}

/** Plans are the one thing with a page that can be deleted: those of these lines that still stand. */
async function findPlans(db: Db, rows: readonly AuditEventRow[]): Promise<Set<string>> {
  const ids = [...new Set(rows.flatMap(({ entity, entityId }) => (entity === 'plan' && entityId !== null ? [entityId] : [])))]
  if (ids.length === 0) return new Set()
  return new Set((await db.plan.findMany({ where: { id: { in: ids } }, select: { id: true } })).map(({ id }) => id))
}

function serializeAuditEvent(row: AuditEventRow, { isGone }: Pick<AuditEvent, 'isGone'>): AuditEvent {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    text: describeAuditEvent(row),
    entity: row.entity,
    entityId: row.entityId,
    entityName: row.entityName,
    isGone,
    before: row.before,
    after: row.after,
    ipAddress: row.ipAddress,
    requestId: row.requestId,
  }
}
