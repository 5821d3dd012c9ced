import { createFirstAdmin } from '#server/domains/setup/create-first-admin.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { userAgentOf } from '#server/utils/find-caller.ts'
import { requireKeptCookie, writeSessionCookie } from '#server/utils/session-cookie.ts'
import { CurrentSessionSchema, SetupSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'anyone', body: SetupSchema, response: CurrentSessionSchema, status: 201 }, async ({ call, body, event }) => {
  requireKeptCookie(event, call.env)
  const { token, expiresAt, current } = await createFirstAdmin(call, body, userAgentOf(event))
  writeSessionCookie(event, call.env, token, expiresAt)
  return current
})
