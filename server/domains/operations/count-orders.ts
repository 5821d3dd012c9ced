import type { CustomerOrders } from '#shared/schemas/customers.ts'
import type { Db } from '../../context.ts'
import { STOPPED_BY_SWITCH } from './wake-orders-of.ts'

/** The orders that switching a customer off would touch, and those that switching on sends. */
export async function countOrders(db: Db, customerId: string): Promise<CustomerOrders> {
  const [underWay, stopped] = await Promise.all([
    db.operation.count({ where: { kind: 'create', server: { customerId }, state: { in: ['queued', 'running', 'waiting'] } } }),
    db.operation.count({ where: { ...STOPPED_BY_SWITCH, server: { customerId } } }),
  ])
  return { underWay, stopped }
}
