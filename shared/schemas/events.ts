import { z } from '../zod.ts'
import { IdSchema } from './common.ts'

/**
 * A hint over server-sent events: something changed, read it again. Carries ids only.
 * `resync` is sent after a gap: whatever is on the screen may be old.
 */
export const LiveEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('server'), serverId: IdSchema }),
  z.object({ type: z.literal('operation'), operationId: IdSchema, serverId: IdSchema }),
  z.object({ type: z.literal('notification'), notificationId: IdSchema }),
  z.object({ type: z.literal('panel') }),
  z.object({ type: z.literal('resync') }),
])
export type LiveEvent = z.infer<typeof LiveEventSchema>
