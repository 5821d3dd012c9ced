import { getDashboard } from '#server/domains/dashboard/get-dashboard.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { DashboardSchema } from '#shared/schemas/dashboard.ts'

export default defineRoute({
  access: 'admin',
  response: DashboardSchema,
}, async ({ call }) => getDashboard(call))
