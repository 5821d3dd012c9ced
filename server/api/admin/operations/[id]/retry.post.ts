import { IdParamsSchema } from '#shared/schemas/common.ts'
import { AcceptedDecisionSchema } from '#shared/schemas/servers.ts'
import { OptionalReasonSchema } from '#server/domains/operations/optional-reason.ts'
import { retryOperation } from '#server/domains/operations/retry-operation.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { readIdempotencyKey } from '#server/utils/read-idempotency-key.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: OptionalReasonSchema, response: AcceptedDecisionSchema, status: 202 },
  async ({ call, params, body, event }) => retryOperation(call, params.id, readIdempotencyKey(event), body.reason),
)
