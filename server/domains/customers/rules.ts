import { invalidField } from '../../errors.ts'
import { Prisma } from '../../generated/prisma/client.ts'

/** Only rows with this role are customers: an admin's id answers like an id that does not exist. */
export const onlyCustomers = { role: 'customer' } as const

/** Turns the database's refusal of an address that is taken into a sentence for its field; any other error stays what it is. */
export function explainTakenEmail(error: unknown): unknown {
  const isTaken = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'
  return isTaken ? invalidField('email', 'Somebody with this address exists already.') : error
}
