import { IdParamsSchema } from '#shared/schemas/common.ts'
import { PlanSchema } from '#shared/schemas/plans.ts'
import { getPlan } from '#server/domains/plans/get-plan.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, response: PlanSchema },
  async ({ call, params }) => getPlan(call, params.id),
)
