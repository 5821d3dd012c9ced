import { EnterSafeModeSchema, SafeModeSchema } from '#shared/schemas/identity.ts'
import { askForSafeMode } from '#server/domains/identity/ask-for-safe-mode.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute({ access: 'admin', body: EnterSafeModeSchema, response: SafeModeSchema }, async ({ call, body }) => askForSafeMode(call, body))
