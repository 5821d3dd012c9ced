import type { Customer } from '#shared/schemas/customers.ts'
import type { Services } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { countOrders } from '../operations/count-orders.ts'
import { findLastSignIns } from './find-last-sign-ins.ts'
import { onlyCustomers } from './rules.ts'
import { customerSelect, serializeCustomer } from './serialize-customer.ts'

/** @throws AppError not_found, also for the id of an admin */
export async function getCustomer(services: Services, id: string): Promise<Customer> {
  const row = await services.db.user.findUnique({ where: { id, ...onlyCustomers }, select: customerSelect })
  if (!row) throw notFound()
  const [orders, signIns] = await Promise.all([countOrders(services.db, id), findLastSignIns(services.db, [id])])
  return { ...serializeCustomer(row, signIns.get(id) ?? null), orders }
}
