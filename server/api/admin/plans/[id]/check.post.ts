import { IdParamsSchema } from '#shared/schemas/common.ts'
import { PlanCheckSchema } from '#shared/schemas/plans.ts'
import { checkPlan } from '#server/domains/plans/check-plan.ts'
import { defineRoute } from '#server/utils/define-route.ts'

/** Asks the panel without making anything. A plan that the panel refuses is a result, not an error. */
export default defineRoute(
  { access: 'admin', params: IdParamsSchema, response: PlanCheckSchema },
  async ({ call, params }) => checkPlan(call, params.id),
)
