import { PANEL_DELAY_STEP, SCHEDULED_STEP, type OperationKind, type OperationState } from '#shared/lifecycle/operations.ts'
import type { CustomerOperation } from '#shared/schemas/servers.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'

interface Wording { underWay: string, done: string, failed: string, cancelled: string }

const ADMIN: Record<OperationKind, Wording> = {
  create: { underWay: 'Being made', done: 'Made', failed: 'Could not be made', cancelled: 'Making it was cancelled' },
  suspend: { underWay: 'Being suspended', done: 'Suspended', failed: 'Could not be suspended', cancelled: 'The suspension was cancelled' },
  unsuspend: { underWay: 'The suspension is being lifted', done: 'The suspension was lifted', failed: 'The suspension could not be lifted', cancelled: 'Lifting the suspension was cancelled' },
  delete: { underWay: 'Being deleted', done: 'Deleted', failed: 'Could not be deleted', cancelled: 'The deletion was cancelled' },
  boot: { underWay: 'Being switched on', done: 'Switched on', failed: 'Could not be switched on', cancelled: 'Switching on was cancelled' },
  shutdown: { underWay: 'Being shut down', done: 'Shut down', failed: 'Could not be shut down', cancelled: 'Shutting down was cancelled' },
  restart: { underWay: 'Being restarted', done: 'Restarted', failed: 'Could not be restarted', cancelled: 'The restart was cancelled' },
  poweroff: { underWay: 'Being switched off', done: 'Switched off', failed: 'Could not be switched off', cancelled: 'Switching off was cancelled' },
  rebuild: { underWay: 'Being reinstalled', done: 'Reinstalled', failed: 'Could not be reinstalled', cancelled: 'The reinstallation was cancelled' },
  rename: { underWay: 'Being renamed', done: 'Renamed', failed: 'Could not be renamed', cancelled: 'Renaming was cancelled' },
  resize: { underWay: 'Size being changed', done: 'Size changed', failed: 'The size could not be changed', cancelled: 'Changing the size was cancelled' },
  transfer: { underWay: 'Owner at the panel being changed', done: 'Owner at the panel changed', failed: 'The owner at the panel could not be changed', cancelled: 'Changing the owner at the panel was cancelled' },
}

/** What was called off may have been sent before: so its end is told, and nothing of what the server does. */
const CUSTOMER: Record<OperationKind, Wording> = {
  create: { underWay: 'Your server is being made', done: 'Your server was made', failed: 'Your server could not be made yet. Your host has been told', cancelled: 'The setup of your server was called off' },
  suspend: { underWay: 'Your server is being suspended', done: 'Your server was suspended', failed: 'Your server was not suspended', cancelled: 'The suspension of your server was called off' },
  unsuspend: { underWay: 'Your server is being made available again', done: 'Your server is available again', failed: 'Your server is still suspended. Your host has been told', cancelled: 'Lifting the suspension of your server was called off' },
  delete: { underWay: 'Your server is being deleted', done: 'Your server was deleted', failed: 'Your server was not deleted', cancelled: 'The deletion of your server was called off' },
  boot: { underWay: 'Your server is starting', done: 'Your server was started', failed: 'Your server could not be started', cancelled: 'The start of your server was called off' },
  shutdown: { underWay: 'Your server is shutting down', done: 'Your server was shut down', failed: 'Your server did not shut down', cancelled: 'The shutdown of your server was called off' },
  restart: { underWay: 'Your server is restarting', done: 'Your server was restarted', failed: 'Your server could not be restarted', cancelled: 'The restart of your server was called off' },
  poweroff: { underWay: 'Your server is being switched off', done: 'Your server was switched off', failed: 'Your server could not be switched off', cancelled: 'The power-off of your server was called off' },
  rebuild: { underWay: 'Your server is being reinstalled', done: 'Your server was reinstalled', failed: 'Your server could not be reinstalled. Your host has been told', cancelled: 'The reinstallation of your server was called off' },
  rename: { underWay: 'Your server is being renamed', done: 'Your server was renamed', failed: 'Your server could not be renamed', cancelled: 'The renaming of your server was called off' },
  resize: { underWay: 'The size of your server is being changed', done: 'The size of your server was changed', failed: 'The size of your server could not be changed. Your host has been told', cancelled: 'The change of the size of your server was called off' },
  transfer: { underWay: 'Your server is being assigned to your account', done: 'Your server was assigned to your account', failed: 'Your server could not be assigned to your account. Your host has been told', cancelled: 'The assignment of your server to your account was called off' },
}

export interface ActivityFacts { kind: OperationKind, state: OperationState, step: string, input?: unknown, diagnosis?: unknown }

/** What happened to a server, for the one it is told to. A customer's sentence never names the panel, its answers or who works there. */
export function describeActivity(operation: ActivityFacts, audience: 'admin' | 'customer'): string {
  const isScheduled = operation.kind === 'delete' && operation.step === SCHEDULED_STEP
  if (operation.kind === 'delete' && operation.step === PANEL_DELAY_STEP && operation.state === 'waiting') return audience === 'admin' ? 'Deletion is scheduled at the panel.' : 'Your server is scheduled to be deleted.'
  if (isScheduled && (operation.state === 'queued' || operation.state === 'waiting')) return audience === 'admin' ? 'Deletion is scheduled.' : 'Your server is scheduled to be deleted.'
  // It does not begin by itself any more, not even when it is due.
  if (isScheduled && operation.state === 'needs_attention') return audience === 'admin' ? 'Deletion is scheduled: waits for a decision.' : 'The deletion of your server has not begun. Your host is looking at it.'
  const wording = (audience === 'admin' ? ADMIN : CUSTOMER)[operation.kind]
  if (audience === 'admin' && isUnknown(operation)) return `It is not known whether it was ${lowered(wording.done)}.`
  const ending = audience === 'customer' ? endingOf(operation) : null
  return `${ending?.line ?? phrase(wording, operation.state, audience)}${addition(operation)}.`
}

function phrase(wording: Wording, state: OperationState, audience: 'admin' | 'customer'): string {
  if (state === 'succeeded') return wording.done
  if (state === 'failed') return wording.failed
  if (state === 'cancelled') return wording.cancelled
  if (state === 'needs_attention') return audience === 'admin' ? `${wording.underWay}: waits for a decision` : `${wording.underWay}. It takes longer than usual; your host has been told`
  if (state === 'waiting' && audience === 'admin') return `${wording.underWay}: waiting to go on`
  return wording.underWay
}

interface Ending { code: string, title: string, line: string, cause: string, fix: string }

const lowered = (text: string) => `${text.charAt(0).toLowerCase()}${text.slice(1)}`
/** The answer was lost: it may have happened, which its line says by itself. */
export const isUnknown = ({ state, diagnosis }: ActivityFacts) => state === 'failed' && readDiagnosis(diagnosis)?.code === 'power_effect_unknown'

const ASK_SUPPORT = 'Write to the support of your host.'

/** How something failed, where that decides what the customer does next; by the code of the diagnosis. Null for all else. */
function endingOf({ kind, state, diagnosis }: ActivityFacts): Ending | null {
  const code = state === 'failed' ? readDiagnosis(diagnosis)?.code : undefined
  const { done, failed } = CUSTOMER[kind]
  switch (code) {
    // It may have happened: whoever tries again at once has it twice.
    case 'power_effect_unknown': {
      const title = `It is not known whether ${lowered(done)}`
      return { code: `${kind}_unknown`, title, line: `${title}. Look at it before you ask again`, cause: 'It was asked for, but the answer was lost.', fix: 'Look at your server before you ask again: it may have happened.' }
    }
    case 'forbidden': return { code: `${kind}_failed`, title: failed, line: failed, cause: 'It is not allowed at the moment.', fix: ASK_SUPPORT }
    case 'server_not_built': return { code: `${kind}_failed`, title: failed, line: `${failed}: there is no operating system on it yet`, cause: 'There is no operating system on it yet.', fix: ASK_SUPPORT }
    case 'wish_expired': return {
      code: `${kind}_expired`, title: failed, line: `${failed}: it could not be reached in time`,
      cause: 'It was not carried out, because your server could not be reached in time.', fix: 'Ask again if you still want it.',
    }
    default: return null
  }
}

/** What the person who asked has typed: the reason of a suspension, the new name. Both are for the customer's eyes too. */
function addition({ kind, state, input }: ActivityFacts): string {
  if (state === 'failed' || state === 'cancelled') return ''
  const given = typeof input === 'object' && input !== null ? input : {}
  if (kind === 'suspend' && 'reason' in given && typeof given.reason === 'string' && given.reason) return `: ${given.reason.replace(/\.$/, '')}`
  if (kind === 'rename' && 'name' in given && typeof given.name === 'string' && given.name) return ` to ${given.name}`
  return ''
}

const CUSTOMER_STEPS: Record<string, string> = {
  [SCHEDULED_STEP]: 'Wait until it is due',
  [PANEL_DELAY_STEP]: 'Wait until it is due',
  prepare: 'Prepare your server',
  send: 'Carry it out',
  await_install: 'Install the operating system',
  check: 'Look at your server',
  verify: 'Make sure that it worked',
  confirm: 'Make sure that it is ready',
}
const SENDING: Partial<Record<OperationKind, string>> = { create: 'Make your server', rebuild: 'Begin the installation' }

/** One step for the customer, by the name that it has for them. */
export function describeStep(kind: OperationKind, step: string): string {
  return (step === 'send' ? SENDING[kind] : undefined) ?? CUSTOMER_STEPS[step] ?? step
}

/** What a customer can ask for again. What staff asked for and failed is theirs to mend. */
const OWN_KINDS: readonly OperationKind[] = ['boot', 'shutdown', 'restart', 'poweroff', 'rename']

/** Why it is not done, for the customer: whose turn it is, and nothing of the panel. Null where there is nothing for them to know. */
export function explainToCustomer(operation: ActivityFacts): CustomerOperation['diagnosis'] {
  const { kind, state } = operation
  if (state === 'needs_attention' || (state === 'failed' && kind === 'create')) {
    return {
      code: 'with_host', title: 'Your host is looking at this server', cause: 'The last step did not go as planned.',
      fix: 'Your host can see it and will go on from here; you need not do anything.',
    }
  }
  if (state !== 'failed' || !OWN_KINDS.includes(kind)) return null
  const { code, title, cause, fix } = endingOf(operation)
    ?? { code: `${kind}_failed`, title: CUSTOMER[kind].failed, cause: 'It was tried and did not work.', fix: 'Try again, or write to the support of your host.' }
  return { code, title, cause, fix }
}
