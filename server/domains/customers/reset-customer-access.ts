import type { InvitationLink } from '#shared/schemas/auth.ts'
import type { Call } from '../../context.ts'
import { conflict, notFound } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { createInvitation } from '../invitations/create-invitation.ts'
import { lockPerson } from '../people/lock-person.ts'
import { onlyCustomers } from './rules.ts'

/**
 * A new link with which a customer sets a password. The old password works until the link is used; earlier links stop at once.
 * @throws AppError not_found, conflict (customer_disabled)
 */
export async function resetCustomerAccess(call: Call, id: string, baseUrl: string): Promise<InvitationLink> {
  return call.db.$transaction(async (tx) => {
    await lockPerson(tx, id)
    const row = await tx.user.findUnique({ where: { id, ...onlyCustomers }, select: { name: true, disabledAt: true, passwordHash: true } })
    if (!row) throw notFound()
    if (row.disabledAt) throw conflict('This account is switched off. Switch it on first, then make a link.', 'customer_disabled')
    const isReset = row.passwordHash !== null
    const link = await createInvitation(tx, call, id, baseUrl, isReset ? 'reset' : 'first')
    await recordAudit(tx, call, {
      action: 'customer.invited', entity: 'customer', entityId: id, entityName: row.name, after: { isReset, expiresAt: link.expiresAt },
    })
    return link
  })
}
