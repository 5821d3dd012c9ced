import { IdParamsSchema } from '#shared/schemas/common.ts'
import { OperationDetailSchema } from '#shared/schemas/operations.ts'
import { retryOperation } from '#server/domains/operations/retry-operation.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, response: OperationDetailSchema },
  async ({ call, params }) => retryOperation(call, params.id),
)
