import { UpdateVirtfusionSettingsSchema, VirtfusionSettingsSchema } from '#shared/schemas/settings.ts'
import { updateVirtfusionSettings } from '#server/domains/settings/update-virtfusion-settings.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', body: UpdateVirtfusionSettingsSchema, response: VirtfusionSettingsSchema },
  async ({ call, body }) => updateVirtfusionSettings(call, body),
)
