import type { AuditEvent, AuditEventQuery } from '#shared/schemas/audit-events.ts'
import type { Call } from '../../context.ts'
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
  return toPage(rows, limit, serializeAuditEvent)
}

function serializeAuditEvent(row: AuditEventRow): AuditEvent {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    text: describeAuditEvent(row),
    entity: row.entity,
    entityId: row.entityId,
    entityName: row.entityName,
    before: row.before,
    after: row.after,
    ipAddress: row.ipAddress,
    requestId: row.requestId,
  }
}
