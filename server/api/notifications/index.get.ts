import { listNotifications } from '#server/domains/notifications/list-notifications.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { NotificationListSchema, NotificationQuerySchema } from '#shared/schemas/notifications.ts'

export default defineRoute({ access: 'signedIn', query: NotificationQuerySchema, response: NotificationListSchema }, ({ call, query }) => listNotifications(call, query))
