import { isActive } from '#shared/lifecycle/operations.ts'
import type { OperationStep } from '#shared/schemas/operations.ts'
import type { Operation } from '../../generated/prisma/client.ts'
import { describeActivity, describeStep, type ActivityFacts } from '../../messages/en/activities.ts'
import { listSteps } from '../operations/list-steps.ts'

const INSTALL_STEPS = new Set(['install', 'await_install'])

/** How Berth makes sure that an order is sent once, whatever was lost, and by which users at the panel, is no matter of the customer's. */
const SENDING_STEPS = new Set(['intend', 'send', 'settle', 'fence', 'transfer'])

/** The step as the customer reads it. */
export function stepForCustomer({ step }: { step: string }): string {
  if (INSTALL_STEPS.has(step)) return 'await_install'
  return SENDING_STEPS.has(step) ? 'send' : step
}

/** The steps in their order, as the customer reads them. */
export function stepsForCustomer(operation: Pick<Operation, 'kind' | 'state' | 'step' | 'memory'>): OperationStep[] {
  // Where it has been on the way would have to be looked up for each server of a list, and tells them nothing.
  return listSteps(operation, { visited: new Set(), nameOf: (step) => stepForCustomer({ step }), labelOf: (name) => describeStep(operation.kind, name) })
}

/** What goes on now, for the customer: no panel, no inner steps, no diagnosis. The installation is told apart, because it takes minutes. */
export function stepLabelForCustomer(operation: ActivityFacts): string {
  const isInstalling = isActive(operation.state) && operation.state !== 'needs_attention' && INSTALL_STEPS.has(operation.step)
  return isInstalling ? 'The operating system is being installed.' : describeActivity(operation, 'customer')
}
