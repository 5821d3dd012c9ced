import type { Subject } from '../run.ts'
import type { Order } from './order.ts'

/**
 * Whether a number still is the panel user whom the server is ordered for. A customer loses his when the panel came back from a backup and
 * no server proves it: somebody else may have it by then. A plan's own user is the host's affair.
 */
export function hasCustomersNumber({ ownerMode }: Pick<Order, 'ownerMode'>, { customer }: { customer: Pick<Subject['customer'], 'virtfusionUserId'> }, ownerId: number): boolean {
  return ownerMode === 'plan' || ownerId === customer.virtfusionUserId
}
