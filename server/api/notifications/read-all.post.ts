import { readAllNotifications } from '#server/domains/notifications/read-all-notifications.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { OkSchema } from '#shared/schemas/auth.ts'

export default defineRoute({ access: 'signedIn', response: OkSchema }, async ({ call }) => {
  await readAllNotifications(call)
  return { ok: true } as const
})
