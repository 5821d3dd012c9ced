import type { CurrentUser } from '../../context.ts'
import type { Prisma } from '../../generated/prisma/client.ts'

/**
 * The servers that a person may reach, as part of the query itself: an admin all of them, a customer their own. Every verb of this
 * folder looks servers up through it, so somebody else's server is not found rather than refused.
 */
export function visibleTo(user: Pick<CurrentUser, 'id' | 'role'>): Prisma.ServerWhereInput {
  return user.role === 'admin' ? {} : { customerId: user.id }
}
