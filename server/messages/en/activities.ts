import { PANEL_DELAY_STEP, SCHEDULED_STEP, type OperationKind, type OperationState } from '#shared/lifecycle/operations.ts'
import type { CustomerOperation } from '#shared/schemas/servers.ts'

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

const CUSTOMER: Record<OperationKind, Wording> = {
  create: { underWay: 'Your server is being made', done: 'Your server was made', failed: 'Your server could not be made yet. Your host has been told', cancelled: 'Your server was not made' },
  suspend: { underWay: 'Your server is being suspended', done: 'Your server was suspended', failed: 'Your server was not suspended', cancelled: 'Your server was not suspended' },
  unsuspend: { underWay: 'Your server is being made available again', done: 'Your server is available again', failed: 'Your server is still suspended. Your host has been told', cancelled: 'Your server is still suspended' },
  delete: { underWay: 'Your server is being deleted', done: 'Your server was deleted', failed: 'Your server was not deleted', cancelled: 'The deletion of your server was cancelled' },
  boot: { underWay: 'Your server is starting', done: 'Your server was started', failed: 'Your server could not be started', cancelled: 'Your server was not started' },
  shutdown: { underWay: 'Your server is shutting down', done: 'Your server was shut down', failed: 'Your server did not shut down', cancelled: 'Your server was not shut down' },
  restart: { underWay: 'Your server is restarting', done: 'Your server was restarted', failed: 'Your server could not be restarted', cancelled: 'Your server was not restarted' },
  poweroff: { underWay: 'Your server is being switched off', done: 'Your server was switched off', failed: 'Your server could not be switched off', cancelled: 'Your server was not switched off' },
  rebuild: { underWay: 'Your server is being reinstalled', done: 'Your server was reinstalled', failed: 'Your server could not be reinstalled. Your host has been told', cancelled: 'Your server was not reinstalled' },
  rename: { underWay: 'Your server is being renamed', done: 'Your server was renamed', failed: 'Your server could not be renamed', cancelled: 'Your server was not renamed' },
  resize: { underWay: 'The size of your server is being changed', done: 'The size of your server was changed', failed: 'The size of your server could not be changed. Your host has been told', cancelled: 'The size of your server was not changed' },
  transfer: { underWay: 'Your server is being assigned to your account', done: 'Your server was assigned to your account', failed: 'Your server could not be assigned to your account. Your host has been told', cancelled: 'Your server was not assigned to your account' },
}

export interface ActivityFacts { kind: OperationKind, state: OperationState, step: string, input?: unknown }

/** What happened to a server, for the one it is told to. A customer's sentence never names the panel, its answers or who works there. */
export function describeActivity(operation: ActivityFacts, audience: 'admin' | 'customer'): string {
  const isScheduled = operation.kind === 'delete' && operation.step === SCHEDULED_STEP && (operation.state === 'queued' || operation.state === 'waiting')
  if (operation.kind === 'delete' && operation.step === PANEL_DELAY_STEP && operation.state === 'waiting') return audience === 'admin' ? 'Deletion is scheduled at the panel.' : 'Your server is scheduled to be deleted.'
  if (isScheduled) return audience === 'admin' ? 'Deletion is scheduled.' : 'Your server is scheduled to be deleted.'
  const wording = (audience === 'admin' ? ADMIN : CUSTOMER)[operation.kind]
  return `${phrase(wording, operation.state, audience)}${addition(operation)}.`
}

function phrase(wording: Wording, state: OperationState, audience: 'admin' | 'customer'): string {
  if (state === 'succeeded') return wording.done
  if (state === 'failed') return wording.failed
  if (state === 'cancelled') return wording.cancelled
  if (state === 'needs_attention') return audience === 'admin' ? `${wording.underWay}: waits for a decision` : `${wording.underWay}. It takes longer than usual; your host has been told`
  if (state === 'waiting' && audience === 'admin') return `${wording.underWay}: waiting to go on`
  return wording.underWay
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
export function explainToCustomer({ kind, state }: ActivityFacts): CustomerOperation['diagnosis'] {
  if (state === 'needs_attention' || (state === 'failed' && kind === 'create')) {
    return {
      code: 'with_host', title: 'Your host is looking at this server', cause: 'The last step did not go as planned.',
      fix: 'Your host can see it and will go on from here; you need not do anything.',
    }
  }
  if (state !== 'failed' || !OWN_KINDS.includes(kind)) return null
  return { code: `${kind}_failed`, title: CUSTOMER[kind].failed, cause: 'It was tried and did not work.', fix: 'Try again, or write to the support of your host.' }
}
