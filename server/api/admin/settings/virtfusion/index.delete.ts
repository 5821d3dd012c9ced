import { VirtfusionSettingsSchema } from '#shared/schemas/settings.ts'
import { revertVirtfusionSettings } from '#server/domains/settings/revert-virtfusion-settings.ts'
import { defineRoute } from '#server/utils/define-route.ts'

/** Goes back to the environment's address and token. */
export default defineRoute(
  { access: 'admin', response: VirtfusionSettingsSchema },
  async ({ call }) => revertVirtfusionSettings(call),
)
