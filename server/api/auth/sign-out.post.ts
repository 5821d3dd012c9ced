import { signOut } from '#server/domains/sessions/sign-out.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { clearSessionCookie } from '#server/utils/session-cookie.ts'
import { OkSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'anyone', response: OkSchema }, async ({ call, event }) => {
  await signOut(call)
  clearSessionCookie(event, call.env)
  return { ok: true } as const
})
