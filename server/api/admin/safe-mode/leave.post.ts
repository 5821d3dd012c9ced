import { LeaveSafeModeSchema, SafeModeSchema } from '#shared/schemas/identity.ts'
import { leaveSafeMode } from '#server/domains/identity/leave-safe-mode.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute({ access: 'admin', body: LeaveSafeModeSchema, response: SafeModeSchema }, async ({ call, body }) => leaveSafeMode(call, body))
