import { isActive, type OperationKind, type OperationState } from '#shared/lifecycle/operations.ts'
import { describeActivity } from '../../messages/en/activities.ts'

const INSTALL_STEPS = new Set(['install', 'await_install'])

/** How Berth makes sure that an order is sent once, whatever was lost, and by which users at the panel, is no matter of the customer's. */
const SENDING_STEPS = new Set(['intend', 'send', 'settle', 'fence', 'transfer'])

/** The step as the customer reads it. */
export function stepForCustomer({ step }: { step: string }): string {
  return SENDING_STEPS.has(step) ? 'send' : step
}

/** What goes on now, for the customer: no panel, no inner steps, no diagnosis. The installation is told apart, because it takes minutes. */
export function stepLabelForCustomer(operation: { kind: OperationKind, state: OperationState, step: string, input?: unknown }): string {
  const isInstalling = isActive(operation.state) && operation.state !== 'needs_attention' && INSTALL_STEPS.has(operation.step)
  return isInstalling ? 'The operating system is being installed.' : describeActivity(operation, 'customer')
}
