import { getSafety } from '#server/domains/safety/get-safety.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { SafetySchema } from '#shared/schemas/safety.ts'

export default defineRoute({ access: 'admin', response: SafetySchema }, async ({ call }) => getSafety(call))
