import { hasAdmin } from '#server/domains/setup/ensure-first-admin.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { SetupStateSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'anyone', response: SetupStateSchema }, async ({ call }) => ({ isNeeded: !await hasAdmin(call.db) }))
