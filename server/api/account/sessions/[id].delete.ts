import { endSession } from '#server/domains/account/end-session.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { OkSchema, SessionParamsSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'signedIn', params: SessionParamsSchema, response: OkSchema }, async ({ call, params }) => {
  await endSession(call, params.id)
  return { ok: true } as const
})
