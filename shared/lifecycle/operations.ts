/** What can be asked to be done to a server. */
export const OPERATION_KINDS = ['create', 'suspend', 'unsuspend', 'delete', 'boot', 'shutdown', 'restart', 'poweroff', 'rebuild', 'rename'] as const
export type OperationKind = (typeof OPERATION_KINDS)[number]

export const OPERATION_STATES = ['queued', 'running', 'waiting', 'needs_attention', 'succeeded', 'failed', 'cancelled'] as const
export type OperationState = (typeof OPERATION_STATES)[number]

/** Every arrow that exists. Final states have none; `failed` may be asked for again by a person. */
const TRANSITIONS: Record<OperationState, readonly OperationState[]> = {
  queued: ['running', 'cancelled', 'needs_attention'],
  running: ['running', 'waiting', 'needs_attention', 'succeeded', 'failed', 'cancelled'],
  waiting: ['running', 'waiting', 'queued', 'cancelled', 'needs_attention'],
  needs_attention: ['queued', 'running', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: ['queued'],
  cancelled: [],
}

/** The states in which an operation holds its server: at most one such operation per server. */
export const ACTIVE_STATES = ['queued', 'running', 'waiting', 'needs_attention'] as const satisfies readonly OperationState[]

export function canTransition(from: OperationState, to: OperationState): boolean {
  return TRANSITIONS[from].includes(to)
}

export function isFinal(state: OperationState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled'
}

export function isActive(state: OperationState): boolean {
  return !isFinal(state)
}

/** The step of a deletion that is held on our side until it is due; it does not hold its server. */
export const SCHEDULED_STEP = 'scheduled'

/** The steps of each kind, in their order: what the worker runs and what the progress list shows. */
export const OPERATION_STEPS: Record<OperationKind, readonly string[]> = {
  create: ['prepare', 'intend', 'send', 'settle', 'install', 'await_install', 'confirm'],
  suspend: ['check', 'send', 'verify'],
  unsuspend: ['check', 'send', 'verify'],
  delete: [SCHEDULED_STEP, 'check', 'send', 'verify'],
  boot: ['check', 'send', 'verify'],
  shutdown: ['check', 'send', 'verify'],
  restart: ['check', 'send', 'verify'],
  poweroff: ['check', 'send', 'verify'],
  rebuild: ['check', 'send', 'await_install', 'confirm'],
  rename: ['check', 'send', 'verify'],
}
