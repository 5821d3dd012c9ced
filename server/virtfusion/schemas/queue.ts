import { z } from 'zod'
import { id, optionalBoolean, optionalId, optionalNumber, optionalObject, optionalText, optionalTime } from './values.ts'

/**
 * A task of the panel. Done when `finished` is set; it went well unless `failed`. What the single steps printed is the
 * panel's internal business and does not leave the client; neither does the trace of a failure.
 */
export const QueueItemSchema = z.object({
  id,
  serverId: optionalId,
  hypervisorId: optionalId,
  action: optionalText,
  started: optionalTime,
  updated: optionalTime,
  finished: optionalTime,
  failed: optionalBoolean,
  /** 0 to 100. */
  progress: optionalNumber,
  errors: optionalObject({ exception: optionalObject({ message: optionalText }) }),
}).transform(({ errors, ...item }) => ({ ...item, errorMessage: errors?.exception?.message ?? null }))

export type VirtFusionQueueItem = z.output<typeof QueueItemSchema>
