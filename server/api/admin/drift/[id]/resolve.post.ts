import { resolveFinding } from '#server/domains/drift/resolve-finding.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { DriftFindingSchema, ResolveDriftSchema } from '#shared/schemas/drift.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: ResolveDriftSchema, response: DriftFindingSchema },
  async ({ call, params, body }) => resolveFinding(call, params.id, body),
)
