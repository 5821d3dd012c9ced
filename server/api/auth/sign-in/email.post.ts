import { signIn } from '#server/domains/sessions/sign-in.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { userAgentOf } from '#server/utils/find-caller.ts'
import { requireKeptCookie, writeSessionCookie } from '#server/utils/session-cookie.ts'
import { CurrentSessionSchema, SignInSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'anyone', body: SignInSchema, response: CurrentSessionSchema }, async ({ call, body, event }) => {
  requireKeptCookie(event, call.env)
  const { token, expiresAt, current } = await signIn(call, body, userAgentOf(event))
  writeSessionCookie(event, call.env, token, expiresAt)
  return current
})
