import { isActive, type OperationKind, type OperationState } from '#shared/lifecycle/operations.ts'
import { describeActivity } from '../../messages/en/activities.ts'

const INSTALL_STEPS = new Set(['install', 'await_install'])

/** What goes on now, for the customer: no panel, no step names, no diagnosis. The installation is told apart, because it takes minutes. */
export function stepLabelForCustomer(operation: { kind: OperationKind, state: OperationState, step: string, input?: unknown }): string {
  const isInstalling = isActive(operation.state) && operation.state !== 'needs_attention' && INSTALL_STEPS.has(operation.step)
  return isInstalling ? 'The operating system is being installed.' : describeActivity(operation, 'customer')
}
