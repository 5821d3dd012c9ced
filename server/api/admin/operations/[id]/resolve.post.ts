import { IdParamsSchema } from '#shared/schemas/common.ts'
import { ResolveOperationSchema } from '#shared/schemas/operations.ts'
import { AcceptedDecisionSchema } from '#shared/schemas/servers.ts'
import { resolveOperation } from '#server/domains/operations/resolve-operation.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: ResolveOperationSchema, response: AcceptedDecisionSchema, status: 202 },
  async ({ call, params, body, event }) => resolveOperation(call, params.id, body, readIdempotencyKey(event)),
)
