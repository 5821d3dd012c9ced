import type { Call } from '../../context.ts'

/** Marks all of the caller's notifications as read. */
export async function readAllNotifications(call: Call): Promise<void> {
  const userId = call.user.id
  await call.db.$transaction(async (tx) => {
    const last = await tx.notification.findFirst({ where: { userId, readAt: null }, orderBy: { createdAt: 'desc' }, select: { id: true } })
    if (!last) return
    await tx.notification.updateMany({ where: { userId, readAt: null }, data: { readAt: call.now() } })
    await call.events.publish(tx, { type: 'notification', notificationId: last.id }, { admins: false, userId })
  })
}
