import { IdParamsSchema } from '#shared/schemas/common.ts'
import { OperationDetailSchema, OperationReasonSchema } from '#shared/schemas/operations.ts'
import { cancelOperation } from '#server/domains/operations/cancel-operation.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: OperationReasonSchema.partial(), response: OperationDetailSchema },
  async ({ call, params, body }) => cancelOperation(call, params.id, null, body.reason),
)
