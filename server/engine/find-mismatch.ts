import type { DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import { concluded } from './diagnosis.ts'

interface Ours { virtfusionServerId: number | null, virtfusionUuid: string | null, virtfusionOwnerId: number | null }
interface Theirs { uuid: string, ownerId: number | null }

/** Why a remote server is not the one that we know by this number; null when it is. A part that either side does not know proves nothing. */
export function findMismatch(ours: Ours, theirs: Theirs): DiagnosisRecord | null {
  if (ours.virtfusionUuid !== null && ours.virtfusionUuid !== theirs.uuid) return concluded('uuid_mismatch', { virtfusionServerId: ours.virtfusionServerId })
  if (ours.virtfusionOwnerId !== null && theirs.ownerId !== null && ours.virtfusionOwnerId !== theirs.ownerId) {
    return concluded('owner_mismatch', { expected: ours.virtfusionOwnerId, actual: theirs.ownerId })
  }
  return null
}
