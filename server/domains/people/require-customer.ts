import type { Db } from '../../context.ts'
import { invalidField } from '../../errors.ts'

/** Who is to get a server: a customer whose account is on. @throws AppError invalid_input (customerId) */
export async function requireCustomer(db: Db, customerId: string): Promise<void> {
  const customer = await db.user.findFirst({ where: { id: customerId, role: 'customer' }, select: { disabledAt: true } })
  if (!customer) throw invalidField('customerId', 'There is no such customer.')
  if (customer.disabledAt) throw invalidField('customerId', 'This customer is switched off. Switch the account on first.')
}
