import { VirtfusionSettingsSchema } from '#shared/schemas/settings.ts'
import { getVirtfusionSettings } from '#server/domains/settings/get-virtfusion-settings.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', response: VirtfusionSettingsSchema },
  async ({ call }) => getVirtfusionSettings(call),
)
