import { IdParamsSchema } from '#shared/schemas/common.ts'
import { OperationReasonSchema } from '#shared/schemas/operations.ts'
import { AcceptedDecisionSchema } from '#shared/schemas/servers.ts'
import { retryOperation } from '#server/domains/operations/retry-operation.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: OperationReasonSchema.partial(), response: AcceptedDecisionSchema, status: 202 },
  async ({ call, params, body, event }) => retryOperation(call, params.id, readIdempotencyKey(event), body.reason),
)
