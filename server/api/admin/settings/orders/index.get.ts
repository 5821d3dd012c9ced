import { OrderSettingsSchema } from '#shared/schemas/engine-settings.ts'
import { getOrderSettings } from '#server/domains/settings/get-order-settings.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', response: OrderSettingsSchema },
  async ({ call }) => getOrderSettings(call),
)
