import { CreatePlanSchema, PlanSchema } from '#shared/schemas/plans.ts'
import { createPlan } from '#server/domains/plans/create-plan.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', body: CreatePlanSchema, response: PlanSchema, status: 201 },
  async ({ call, body }) => createPlan(call, body),
)
