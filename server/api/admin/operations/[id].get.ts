import { IdParamsSchema } from '#shared/schemas/common.ts'
import { OperationDetailSchema } from '#shared/schemas/operations.ts'
import { getOperation } from '#server/domains/operations/get-operation.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, response: OperationDetailSchema },
  async ({ call, params }) => getOperation(call, params.id),
)
