import { readAllNotifications } from '#server/domains/notifications/read-all-notifications.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { OkSchema } from '#shared/schemas/auth.ts'
import { ReadAllNotificationsSchema } from '#shared/schemas/notifications.ts'

export default defineRoute({ access: 'signedIn', body: ReadAllNotificationsSchema, response: OkSchema }, async ({ call, body }) => {
  await readAllNotifications(call, body)
  return { ok: true } as const
})
