import type { ReadAllNotifications } from '#shared/schemas/notifications.ts'
import type { Call } from '../../context.ts'

/** Marks the caller's notifications as read: all, or those up to the newest that was shown. What came since then nobody has seen. */
export async function readAllNotifications(call: Call, { upTo }: ReadAllNotifications = {}): Promise<void> {
  const userId = call.user.id
  // Ids grow with time, also over that of a notification that has given way to another.
  const unread = { userId, readAt: null, ...(upTo ? { id: { lte: upTo } } : {}) }
  await call.db.$transaction(async (tx) => {
    const last = await tx.notification.findFirst({ where: unread, orderBy: { createdAt: 'desc' }, select: { id: true } })
    if (!last) return
    await tx.notification.updateMany({ where: unread, data: { readAt: call.now() } })
    await call.events.publish(tx, { type: 'notification', notificationId: last.id }, { admins: false, userId })
  })
}
