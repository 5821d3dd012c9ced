import { z } from '../zod.ts'
import { IdSchema, MomentSchema, PageQuerySchema, pageOf } from './common.ts'

export const NOTIFICATION_LEVELS = ['info', 'success', 'warning', 'error'] as const

export const NotificationSchema = z.object({
  id: IdSchema,
  level: z.enum(NOTIFICATION_LEVELS),
  code: z.string(),
  title: z.string(),
  body: z.string(),
  link: z.string().nullable(),
  readAt: MomentSchema.nullable(),
  createdAt: MomentSchema,
})
export type NotificationItem = z.infer<typeof NotificationSchema>

export const NotificationListSchema = pageOf(NotificationSchema).extend({ unreadCount: z.number().int() })
export type NotificationList = z.infer<typeof NotificationListSchema>
export const NotificationQuerySchema = PageQuerySchema

/** `upTo` is the newest that was shown; without it, all are meant. */
export const ReadAllNotificationsSchema = z.object({ upTo: IdSchema.optional() })
export type ReadAllNotifications = z.infer<typeof ReadAllNotificationsSchema>
