import { IdParamsSchema } from '#shared/schemas/common.ts'
import { OperationDetailSchema, ResolveOperationSchema } from '#shared/schemas/operations.ts'
import { resolveOperation } from '#server/domains/operations/resolve-operation.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: ResolveOperationSchema, response: OperationDetailSchema },
  async ({ call, params, body }) => resolveOperation(call, params.id, body),
)
