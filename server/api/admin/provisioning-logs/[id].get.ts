import { getProvisioningLog } from '#server/domains/provisioning-logs/get-provisioning-log.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { ProvisioningLogSchema } from '#shared/schemas/provisioning-logs.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  response: ProvisioningLogSchema,
}, async ({ call, params }) => getProvisioningLog(call, params.id))
