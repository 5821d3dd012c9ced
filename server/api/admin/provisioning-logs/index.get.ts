import { listProvisioningLogs } from '#server/domains/provisioning-logs/list-provisioning-logs.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { ProvisioningLogListSchema, ProvisioningLogQuerySchema } from '#shared/schemas/provisioning-logs.ts'

export default defineRoute({
  access: 'admin',
  query: ProvisioningLogQuerySchema,
  response: ProvisioningLogListSchema,
}, async ({ call, query }) => listProvisioningLogs(call, query))
