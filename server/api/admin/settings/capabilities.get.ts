import { readCapabilities } from '#server/domains/settings/read-capabilities.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { CapabilityListSchema } from '#shared/schemas/settings.ts'

export default defineRoute(
  { access: 'admin', response: CapabilityListSchema },
  async ({ call }) => readCapabilities(call),
)
