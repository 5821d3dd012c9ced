import { IdParamsSchema } from '#shared/schemas/common.ts'
import { deletePlan } from '#server/domains/plans/delete-plan.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, response: IdParamsSchema },
  async ({ call, params }) => {
    await deletePlan(call, params.id)
    return { id: params.id }
  },
)
