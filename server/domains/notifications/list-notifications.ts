import type { NotificationItem, NotificationList } from '#shared/schemas/notifications.ts'
import type { PageQuery, Role } from '#shared/schemas/common.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import type { Notification } from '../../generated/prisma/client.ts'
import { describeNotification } from '../../messages/en/notifications.ts'

/** The caller's own notifications, newest first, with the number of all unread ones. */
export async function listNotifications(call: Call, { cursor, limit }: PageQuery): Promise<NotificationList> {
  const userId = call.user.id
  const [rows, unreadCount] = await Promise.all([
    call.db.notification.findMany({ where: { userId, AND: [pageWhere(cursor)] }, orderBy: PAGE_ORDER, take: limit + 1 }),
    call.db.notification.count({ where: { userId, readAt: null } }),
  ])
  return { ...toPage(rows, limit, (row) => serializeNotification(row, call.user.role)), unreadCount }
}

export function serializeNotification(row: Notification, role: Role): NotificationItem {
  return {
    id: row.id,
    level: row.level,
    code: row.code,
    ...describeNotification(row.code, row.params, role),
    link: row.link,
    readAt: row.readAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}
