import { OrderSettingsSchema, UpdateOrderSettingsSchema } from '#shared/schemas/engine-settings.ts'
import { updateOrderSettings } from '#server/domains/settings/update-order-settings.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', body: UpdateOrderSettingsSchema, response: OrderSettingsSchema },
  async ({ call, body }) => updateOrderSettings(call, body),
)
