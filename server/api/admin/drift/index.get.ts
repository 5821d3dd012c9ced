import { listFindings } from '#server/domains/drift/list-findings.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { DriftListSchema, DriftQuerySchema } from '#shared/schemas/drift.ts'

export default defineRoute(
  { access: 'admin', query: DriftQuerySchema, response: DriftListSchema },
  async ({ call, query }) => listFindings(call, query),
)
