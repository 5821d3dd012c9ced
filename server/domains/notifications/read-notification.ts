import type { NotificationItem } from '#shared/schemas/notifications.ts'
import type { Call } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { serializeNotification } from './list-notifications.ts'

/** Marks one of the caller's notifications as read; a second time changes nothing. @throws AppError not_found */
export async function readNotification(call: Call, id: string): Promise<NotificationItem> {
  return call.db.$transaction(async (tx) => {
    const { count } = await tx.notification.updateMany({ where: { id, userId: call.user.id, readAt: null }, data: { readAt: call.now() } })
    const row = await tx.notification.findUnique({ where: { id, userId: call.user.id } })
    if (!row) throw notFound()
    // The other tabs of the person count anew.
    if (count > 0) await call.events.publish(tx, { type: 'notification', notificationId: id }, { admins: false, userId: call.user.id })
    return serializeNotification(row, call.user.role)
  })
}
