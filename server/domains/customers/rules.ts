import { isTaken } from '../../db/database-errors.ts'
import { invalidField } from '../../errors.ts'

/** Only rows with this role are customers: an admin's id answers like an id that does not exist. */
export const onlyCustomers = { role: 'customer' } as const

/** Turns the database's refusal of an address that is taken into a sentence for its field; any other error stays what it is. */
export function explainTakenEmail(error: unknown): unknown {
  return isTaken(error) ? invalidField('email', 'Somebody with this address exists already.') : error
}
