import { OperationListSchema, OperationQuerySchema } from '#shared/schemas/operations.ts'
import { listOperations } from '#server/domains/operations/list-operations.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', query: OperationQuerySchema, response: OperationListSchema },
  async ({ call, query }) => listOperations(call, query),
)
