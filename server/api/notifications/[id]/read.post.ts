import { readNotification } from '#server/domains/notifications/read-notification.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { NotificationSchema } from '#shared/schemas/notifications.ts'

export default defineRoute({ access: 'signedIn', params: IdParamsSchema, response: NotificationSchema }, ({ call, params }) => readNotification(call, params.id))
