import type { CreatedCustomer } from '#shared/schemas/customers.ts'
import type { NewCustomer } from '#shared/schemas/orphans.ts'
import type { Call, Db } from '../../context.ts'
import { createCustomer } from '../customers/create-customer.ts'
import { requireCustomer } from '../people/require-customer.ts'

interface Found { customerId: string, made: CreatedCustomer | null }

/** The customers whom the lines of one request name: one for all lines with the same address. `baseUrl` is Berth's own address. */
export function openCustomers(call: Call, baseUrl: string) {
  const asked = new Map<string, Promise<Found>>()

  /** The customer with this address; `made` is set for the line that made one. @throws AppError invalid_input for an address that is somebody else's, or switched off */
  return async function findOrMakeCustomer(wanted: NewCustomer): Promise<Found> {
    const isFirst = !asked.has(wanted.email)
    const finding = asked.get(wanted.email) ?? findOrMake(call, wanted, baseUrl)
    asked.set(wanted.email, finding)
    const { customerId, made } = await finding
    return { customerId, made: isFirst ? made : null }
  }
}

async function findOrMake(call: Call, wanted: NewCustomer, baseUrl: string): Promise<Found> {
  const known = await findKnown(call.db, wanted.email)
  if (known) return known
  try {
    const made = await createCustomer(call, wanted, baseUrl)
    return { customerId: made.id, made }
  }
  catch (error) {
    // The same table may be at work twice: whoever comes second takes the customer of the first.
    const rival = await findKnown(call.db, wanted.email)
    if (rival) return rival
    throw error
  }
}

async function findKnown(db: Db, email: string): Promise<Found | null> {
  const customer = await db.user.findFirst({ where: { email, role: 'customer' }, select: { id: true } })
  if (!customer) return null
  await requireCustomer(db, customer.id)
  return { customerId: customer.id, made: null }
}
