import { changePassword } from '#server/domains/account/change-password.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { userAgentOf } from '#server/utils/find-caller.ts'
import { writeSessionCookie } from '#server/utils/session-cookie.ts'
import { ChangePasswordSchema, OkSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'signedIn', body: ChangePasswordSchema, response: OkSchema }, async ({ call, body, event }) => {
  const { token, expiresAt } = await changePassword(call, body, userAgentOf(event))
  writeSessionCookie(event, call.env, token, expiresAt)
  return { ok: true } as const
})
