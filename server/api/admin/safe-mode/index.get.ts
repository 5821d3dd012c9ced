import { SafeModeSchema } from '#shared/schemas/identity.ts'
import { getSafeMode } from '#server/domains/identity/get-safe-mode.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute({ access: 'admin', response: SafeModeSchema }, async ({ call }) => getSafeMode(call))
