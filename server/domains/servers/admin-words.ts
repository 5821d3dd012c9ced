import type { OperationKind, OperationState } from '#shared/lifecycle/operations.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import type { Operation } from '../../generated/prisma/client.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'

const NOUNS: Record<OperationKind, string> = {
  create: 'Creation', suspend: 'Suspension', unsuspend: 'End of the suspension', delete: 'Deletion', boot: 'Boot', shutdown: 'Shutdown',
  restart: 'Restart', poweroff: 'Power-off', rebuild: 'Rebuild', rename: 'Rename',
}

const STATES: Record<OperationState, string> = {
  queued: 'queued', running: 'under way', waiting: 'waiting', needs_attention: 'needs a decision', succeeded: 'done', failed: 'failed', cancelled: 'cancelled',
}

/** One line of the admin's activity list: what, how it stands, why not, and who asked. */
export function adminActivityText(operation: Operation, actorName: string | null): string {
  const diagnosis = operation.state === 'succeeded' ? null : readDiagnosis(operation.diagnosis)
  const why = diagnosis ? `: ${describeDiagnosis(diagnosis).title}` : ''
  return `${NOUNS[operation.kind]} ${STATES[operation.state]}${why} (asked by ${actorName ?? 'Berth'})`
}
