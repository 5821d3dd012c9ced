import { SafetySettingsAnswerSchema } from '#shared/schemas/safety.ts'
import { getSafetySettings } from '#server/domains/settings/get-safety-settings.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', response: SafetySettingsAnswerSchema },
  async ({ call }) => getSafetySettings(call),
)
