import { IdParamsSchema } from '#shared/schemas/common.ts'
import { OperationLookSchema } from '#shared/schemas/operations.ts'
import { lookAtOperation } from '#server/domains/operations/look-at-operation.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, response: OperationLookSchema },
  async ({ call, params }) => lookAtOperation(call, params.id),
)
