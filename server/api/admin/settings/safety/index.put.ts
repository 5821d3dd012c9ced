import { SafetySettingsAnswerSchema, UpdateSafetySettingsSchema } from '#shared/schemas/safety.ts'
import { updateSafetySettings } from '#server/domains/settings/update-safety-settings.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', body: UpdateSafetySettingsSchema, response: SafetySettingsAnswerSchema },
  async ({ call, body }) => updateSafetySettings(call, body),
)
