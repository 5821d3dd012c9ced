import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { data } from '../schemas/outputs.ts'
import { QueueItemSchema } from '../schemas/queue.ts'

/** `GET /queue/{queueId}`. An old item may be gone: then the server itself tells how it ended. */
export const getQueueItem = defineOperation({
  operation: 'queue.get',
  method: 'GET',
  path: '/queue/{queueId}',
  input: (queueId: number) => ({ params: { queueId: requireId('queueId', queueId) } }),
  output: data(QueueItemSchema),
})

export function queueResource(bind: Bind) {
  return { get: bind(getQueueItem) }
}
