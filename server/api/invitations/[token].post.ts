import { acceptInvitation } from '#server/domains/invitations/accept-invitation.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { userAgentOf } from '#server/utils/find-caller.ts'
import { requireKeptCookie, writeSessionCookie } from '#server/utils/session-cookie.ts'
import { AcceptInvitationSchema, CurrentSessionSchema, InvitationTokenParamsSchema } from '#shared/schemas/auth.ts'

export default defineRoute({
  access: 'anyone', params: InvitationTokenParamsSchema, body: AcceptInvitationSchema, response: CurrentSessionSchema,
}, async ({ call, params, body, event }) => {
  requireKeptCookie(event, call.env)
  const { token, expiresAt, current } = await acceptInvitation(call, params.token, body.password, userAgentOf(event))
  writeSessionCookie(event, call.env, token, expiresAt)
  return current
})
