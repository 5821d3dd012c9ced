import type { InvitationLink } from '#shared/schemas/auth.ts'
import type { Call } from '../../context.ts'
import { conflict, notFound } from '../../errors.ts'
import { renewAccess } from '../invitations/renew-access.ts'
import { lockPerson } from '../people/lock-person.ts'
import { onlyCustomers } from './rules.ts'

/**
 * A new link with which a customer sets a password. The old password works until the link is used; earlier links stop at once.
 * @throws AppError not_found, conflict (customer_disabled)
 */
export async function resetCustomerAccess(call: Call, id: string, baseUrl: string): Promise<InvitationLink> {
  return call.db.$transaction(async (tx) => {
    await lockPerson(tx, id)
    const row = await tx.user.findUnique({ where: { id, ...onlyCustomers }, select: { id: true, name: true, disabledAt: true, passwordHash: true } })
    if (!row) throw notFound()
    if (row.disabledAt) throw conflict('This account is switched off. Switch it on first, then make a link.', 'customer_disabled')
    return renewAccess(tx, call, { entity: 'customer', person: row, baseUrl })
  })
}
