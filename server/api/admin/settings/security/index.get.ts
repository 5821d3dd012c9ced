import { SecuritySchema } from '#shared/schemas/settings.ts'
import { getSecurity } from '#server/domains/settings/get-security.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { describeWay } from '#server/utils/own-address.ts'

export default defineRoute(
  { access: 'admin', response: SecuritySchema },
  async ({ call, event }) => getSecurity(call, describeWay(event, call.env)),
)
