import { SCHEDULED_STEP, type OperationKind, type OperationState } from '#shared/lifecycle/operations.ts'

interface OperationFacts { kind: OperationKind, state: OperationState, step: string }

/** Per kind: while it runs, when it is done, and the noun for sentences about its failure. */
const WORDS: Record<OperationKind, { doing: string, done: string, noun: string }> = {
  create: { doing: 'Setting up your server', done: 'Your server was set up', noun: 'Setting up your server' },
  suspend: { doing: 'Being suspended', done: 'The server was suspended', noun: 'Suspending the server' },
  unsuspend: { doing: 'Suspension being lifted', done: 'The suspension was lifted', noun: 'Lifting the suspension' },
  delete: { doing: 'Being deleted', done: 'The server was deleted', noun: 'Deleting the server' },
  boot: { doing: 'Starting', done: 'The server was started', noun: 'Starting the server' },
  shutdown: { doing: 'Shutting down', done: 'The server was shut down', noun: 'Shutting the server down' },
  restart: { doing: 'Restarting', done: 'The server was restarted', noun: 'Restarting the server' },
  poweroff: { doing: 'Switching off', done: 'The server was switched off', noun: 'Switching the server off' },
  rebuild: { doing: 'Installing again', done: 'The operating system was installed again', noun: 'The new installation' },
  rename: { doing: 'Being renamed', done: 'The server was renamed', noun: 'The new name' },
}

const INSTALL_STEPS = new Set(['install', 'await_install'])

/** What goes on now, for the customer: no panel, no step names, no diagnosis. */
export function customerStepLabel({ kind, state, step }: OperationFacts): string {
  if (state === 'succeeded') return WORDS[kind].done
  if (state === 'cancelled') return `${WORDS[kind].noun} was cancelled`
  if (state === 'failed') return `${WORDS[kind].noun} did not work`
  if (state === 'needs_attention') return 'Our team has to look at this first'
  if (step === SCHEDULED_STEP) return 'Deletion scheduled'
  if (state === 'waiting') return `${WORDS[kind].doing}, waiting for its turn`
  return INSTALL_STEPS.has(step) ? 'Installing the operating system' : WORDS[kind].doing
}

/** One line of the customer's activity list. */
export function customerActivityText(operation: OperationFacts, isOwnAct: boolean): string {
  const text = customerStepLabel(operation)
  return isOwnAct && operation.state === 'succeeded' ? `${text}, as you asked` : text
}
