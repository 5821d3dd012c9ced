import { no, yes, type Verdict } from './verdict.ts'

/** What can be asked to be done to a server. */
export const OPERATION_KINDS = ['create', 'suspend', 'unsuspend', 'delete', 'boot', 'shutdown', 'restart', 'poweroff', 'rebuild', 'rename', 'resize', 'transfer'] as const
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

export function canTransition(from: OperationState, to: OperationState): boolean {
  return TRANSITIONS[from].includes(to)
}

export function isFinal(state: OperationState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled'
}

export function isActive(state: OperationState): boolean {
  return !isFinal(state)
}

export const ACTIVE_STATES = OPERATION_STATES.filter(isActive)

/** The step of a deletion that is held on our side until it is due; it does not hold its server. */
export const SCHEDULED_STEP = 'scheduled'

/** The step of a deletion that the panel counts down: it was sent, and is looked at again when it is due. */
export const PANEL_DELAY_STEP = 'await_deletion'

/** Steps that wait for a date that somebody chose: nothing is wrong with them, and nothing but the date lets them go on. */
export const DATED_STEPS: readonly string[] = [SCHEDULED_STEP, PANEL_DELAY_STEP]

/** The steps of each kind, in their order: what the worker runs and what the progress list shows. */
export const OPERATION_STEPS: Record<OperationKind, readonly string[]> = {
  create: ['prepare', 'intend', 'send', 'settle', 'fence', 'transfer', 'install', 'await_install', 'confirm'],
  suspend: ['check', 'send', 'verify'],
  unsuspend: ['check', 'send', 'verify'],
  delete: [SCHEDULED_STEP, 'check', 'send', PANEL_DELAY_STEP, 'verify'],
  boot: ['check', 'send', 'verify'],
  shutdown: ['check', 'send', 'verify'],
  restart: ['check', 'send', 'verify'],
  poweroff: ['check', 'send', 'verify'],
  rebuild: ['check', 'send', 'await_install', 'confirm'],
  rename: ['check', 'send', 'verify'],
  resize: ['check', 'send', 'verify'],
  transfer: ['check', 'send', 'verify'],
}

/** Why a deletion that the panel counts down has no Cancel. */
export const HELD_BY_PANEL = 'The panel holds this deletion, and its API has no way to call it off.'

const UNDER_WAY = {
  create: 'The setup of this server',
  suspend: 'A suspension',
  unsuspend: 'The lifting of a suspension',
  delete: 'A deletion',
  boot: 'A start',
  shutdown: 'A shutdown',
  restart: 'A restart',
  poweroff: 'A power-off',
  rebuild: 'A reinstallation',
  rename: 'A change of the name',
  resize: 'A change of the size',
  transfer: 'A change of the owner',
} satisfies Record<OperationKind, string>

const NAMES = new Map<string, string>(Object.entries(UNDER_WAY))

/** What holds a server, as the beginning of a sentence. */
export function nameOperation(kind: string): string {
  return NAMES.get(kind) ?? 'Another operation'
}

/** What the rules below look at. */
export interface OperationFacts {
  kind: OperationKind
  state: OperationState
  step: string
  /** The server exists at the panel, as far as we know. */
  isBound: boolean
  /** A change was sent to the panel that took effect, or may have. */
  hasActed: boolean
  /** It stood open in a database that was put back, or at another panel: it may have been carried out already. */
  isFromBefore?: boolean
  /** The panel has said nothing of use about this server for half an hour. */
  isStalled?: boolean
  /** A deletion or a reinstallation that only looks at what the panel has taken when it is tried again, and sends nothing. */
  onlyLooks?: boolean
  /** A reinstallation that is not sent over anything that was built since it was confirmed. */
  isGuarded?: boolean
  /** It deletes a server that belongs to nobody in Berth. */
  isOfNobody?: boolean
}

const ONCE_KINDS: readonly string[] = ['rebuild', 'restart', 'poweroff'] satisfies OperationKind[]

/** A create whose effect nobody knows: only a decision leads on from here, never another try by itself. */
export function isUndecidedCreate({ kind, state, isBound }: Pick<OperationFacts, 'kind' | 'state' | 'isBound'>): boolean {
  return kind === 'create' && state === 'needs_attention' && !isBound
}

/** Whether a person may have it tried again, or gone on with at once. */
export function judgeRetry(operation: OperationFacts): Verdict {
  if (isUndecidedCreate(operation)) return no('Decide first: adopt a server, try again, or abandon the order.')
  if (operation.isFromBefore && ONCE_KINDS.includes(operation.kind)) return no('It may have been carried out already, and would be once more. Cancel it, and ask for it anew if it is still wanted.')
  if (operation.isFromBefore && operation.step === SCHEDULED_STEP) return no('It does not begin by itself any more. Cancel it, and delete the server again if that is still wanted.')
  if (operation.step === SCHEDULED_STEP) return no('The deletion begins when it is due. To delete now, cancel it and delete again.')
  const refusal = refuseLoss(operation)
  if (refusal) return no(refusal)
  if (operation.state === 'failed' || operation.state === 'waiting' || operation.state === 'needs_attention') return yes
  return no(isFinal(operation.state) ? 'This operation is over.' : 'This operation is under way.')
}

/**
 * Why what destroys data is not sent again on one click: what was typed, what was said to be lost and the delay belong to the first try. Its
 * server has been free since it failed, and a newer system may be on the disk.
 */
function refuseLoss({ kind, state, onlyLooks, isGuarded, isOfNobody }: OperationFacts): string | null {
  if (onlyLooks || (kind !== 'delete' && kind !== 'rebuild')) return null
  if (state === 'needs_attention' && kind === 'rebuild' && !isGuarded) return 'What was installed since it was confirmed is not known, and would be erased. Cancel it, and reinstall the server again if that is still wanted.'
  if (state !== 'failed') return null
  if (kind === 'rebuild') return 'It would erase the disk at once. Reinstall the server again instead, on its page: what is lost is shown there.'
  return isOfNobody
    ? 'It would delete at once. Delete the server again instead: it stands under Drift and orphans again after the next look at the panel.'
    : 'It would delete at once. Delete the server again instead, on its page: what is lost is shown there, and the delay can be chosen.'
}

/** Whether a person may call it off: while it is certain that nothing was asked of the panel, or once it stands in front of somebody. What the panel has done stays. */
export function judgeCancel(operation: OperationFacts): Verdict {
  if (isFinal(operation.state)) return no('This operation is over.')
  if (isUndecidedCreate(operation)) return no('Decide first: adopt a server, try again, or abandon the order.')
  if (operation.state === 'needs_attention') return yes
  // Nothing is lost by giving it up that half an hour of asking could have saved; but what an order without a server has sent is never forgotten.
  if (operation.isStalled && operation.state === 'waiting' && operation.step !== PANEL_DELAY_STEP && (operation.isBound || operation.kind !== 'create')) return yes
  if (operation.kind === 'create' && operation.isBound) return no('The server exists at the panel already. Delete it instead.')
  if (operation.step === PANEL_DELAY_STEP) return no(HELD_BY_PANEL)
  if (operation.state === 'running') return no('It is being worked on right now.')
  if (operation.hasActed && operation.kind === 'delete') return no('The panel was asked to delete this server already.')
  if (operation.hasActed) return no('The panel was asked already. Wait for its answer.')
  return yes
}

const YIELDING_KINDS: readonly string[] = ['boot', 'shutdown', 'restart', 'poweroff', 'rename'] satisfies OperationKind[]
const URGENT_KINDS: readonly string[] = ['suspend', 'unsuspend', 'delete'] satisfies OperationKind[]

/**
 * Whether an operation that is under way ends for another one: whoever sends power actions without pause would put off for ever what an
 * admin has decided about the server. One that stands in front of a person ends by that person's word.
 */
export function givesWay({ kind, state }: { kind: string, state: OperationState }, to: string): boolean {
  return isActive(state) && state !== 'needs_attention' && YIELDING_KINDS.includes(kind) && URGENT_KINDS.includes(to)
}

/** Whether it waits for one of the three decisions: adopt, retry, abandon. */
export function canResolve(operation: OperationFacts): boolean {
  return isUndecidedCreate(operation)
}
