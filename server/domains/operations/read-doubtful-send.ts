import { readCreateMemory, type CreateMemory } from '../../engine/create/memory.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import type { LoadedOperation } from './load-operation.ts'

export type DoubtfulSend = Pick<CreateMemory, 'ownerId' | 'sentAt' | 'baseline'>

/** For whom and when the send went out that a person decides about. Where a fence does not hold any more it is an earlier one, and all that its user has counts as new. */
export function readDoubtfulSend(operation: Pick<LoadedOperation, 'memory' | 'diagnosis'>): DoubtfulSend {
  const { firstFenced, ownerId, sentAt, baseline } = readCreateMemory(operation)
  const isVoid = firstFenced && readDiagnosis(operation.diagnosis)?.code === 'escrow_fence_void'
  return isVoid ? { ownerId: firstFenced.ownerId, sentAt: firstFenced.sentAt, baseline: [] } : { ownerId, sentAt, baseline }
}
