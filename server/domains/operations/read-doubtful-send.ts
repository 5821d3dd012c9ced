import { readCreateMemory, type CreateMemory } from '../../engine/create/memory.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import type { LoadedOperation } from './load-operation.ts'

/** `recipientId`: whose the server is to be, while the user that it was sent for is the order's own. */
export type DoubtfulSend = Pick<CreateMemory, 'ownerId' | 'sentAt' | 'baseline'> & { recipientId: number | null }

/**
 * For whom and when the send went out that a person decides about. Where a fence does not hold any more it is an earlier one, and all that
 * its user has counts as new. A number that the panel has given to somebody else is no throw-away user's any more.
 */
export function readDoubtfulSend(operation: Pick<LoadedOperation, 'memory' | 'diagnosis'>): DoubtfulSend {
  const { firstFenced, escrow, ownerId, sentAt, baseline } = readCreateMemory(operation)
  const code = readDiagnosis(operation.diagnosis)?.code
  if (firstFenced && code === 'escrow_fence_void') return { ownerId: firstFenced.ownerId, sentAt: firstFenced.sentAt, baseline: [], recipientId: null }
  return { ownerId, sentAt, baseline, recipientId: code === 'escrow_user_changed' ? null : escrow?.recipientId ?? null }
}
