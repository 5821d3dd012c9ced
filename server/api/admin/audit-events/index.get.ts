import { listAuditEvents } from '#server/domains/audit/list-audit-events.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { AuditEventListSchema, AuditEventQuerySchema } from '#shared/schemas/audit-events.ts'

export default defineRoute({ access: 'admin', query: AuditEventQuerySchema, response: AuditEventListSchema }, ({ call, query }) => listAuditEvents(call, query))
