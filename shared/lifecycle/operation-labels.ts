import type { OperationKind, OperationState } from './operations.ts'

/** What each kind of operation is called: on a screen, on a button and in a sentence. */
export const OPERATION_LABELS: Record<OperationKind, string> = {
  create: 'Create',
  suspend: 'Suspend',
  unsuspend: 'Unsuspend',
  delete: 'Delete',
  boot: 'Start',
  shutdown: 'Shut down',
  restart: 'Restart',
  poweroff: 'Power off',
  rebuild: 'Reinstall',
  rename: 'Rename',
  resize: 'Change size',
  transfer: 'Change owner',
}

/** The words for a state in a filter, in the order in which an admin cares about them. */
export const OPERATION_STATE_LABELS: Record<OperationState, string> = {
  needs_attention: 'Needs attention',
  running: 'Running',
  waiting: 'Waiting',
  queued: 'Queued',
  failed: 'Failed',
  succeeded: 'Succeeded',
  cancelled: 'Cancelled',
}
