import type { Db, Services } from '../../context.ts'
import type { NotificationLevel, Prisma } from '../../generated/prisma/client.ts'

export type NotificationParams = Record<string, string | number | boolean | null>

export interface Notice {
  /** Every admin who can sign in, or one person. */
  to: 'admins' | { userId: string }
  level: NotificationLevel
  /** A code of `server/messages/en/notifications.ts`, with what its words need. */
  code: string
  params?: NotificationParams
  /** A path of Berth, for example `/admin/servers/<id>`. */
  link?: string | null
  /** The same fact is told once per person: put into it what makes the fact the same (for example the operation's id). */
  dedupeKey?: string | null
}

/** Writes one row per person, in the transaction of the fact itself, and tells their open tabs when it commits. */
export async function notify(tx: Db, services: Services, notice: Notice): Promise<void> {
  const userIds = notice.to === 'admins' ? await findAdminIds(tx) : [notice.to.userId]
  const rows = await tx.notification.createManyAndReturn({
    data: userIds.map((userId): Prisma.NotificationCreateManyInput => ({
      userId,
      level: notice.level,
      code: notice.code,
      params: notice.params ?? {},
      link: notice.link ?? null,
      dedupeKey: notice.dedupeKey ?? null,
    })),
    skipDuplicates: true,
    select: { id: true, userId: true },
  })
  for (const { id, userId } of rows) await services.events.publish(tx, { type: 'notification', notificationId: id }, { admins: false, userId })
}

async function findAdminIds(tx: Db): Promise<string[]> {
  const admins = await tx.user.findMany({ where: { role: 'admin', disabledAt: null }, select: { id: true } })
  return admins.map((admin) => admin.id)
}
