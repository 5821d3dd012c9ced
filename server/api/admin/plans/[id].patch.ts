import { IdParamsSchema } from '#shared/schemas/common.ts'
import { PlanSchema, UpdatePlanSchema } from '#shared/schemas/plans.ts'
import { updatePlan } from '#server/domains/plans/update-plan.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', params: IdParamsSchema, body: UpdatePlanSchema, response: PlanSchema },
  async ({ call, params, body }) => updatePlan(call, params.id, body),
)
