import { PlanListSchema, PlanQuerySchema } from '#shared/schemas/plans.ts'
import { listPlans } from '#server/domains/plans/list-plans.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', query: PlanQuerySchema, response: PlanListSchema },
  async ({ call, query }) => listPlans(call, query),
)
