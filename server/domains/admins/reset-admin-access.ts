import type { InvitationLink } from '#shared/schemas/auth.ts'
import type { Services } from '../../context.ts'
import { conflict, invalidField } from '../../errors.ts'
import { renewAccess } from '../invitations/renew-access.ts'
import { lockPerson } from '../people/lock-person.ts'

/**
 * A new link with which an admin sets a password. The old password works until the link is used; earlier links stop at once.
 * For an operator at the machine: no route leads here.
 * @throws AppError invalid_input (email) when no admin has this address, conflict (admin_disabled)
 */
export async function resetAdminAccess(services: Pick<Services, 'db' | 'now'>, email: string, baseUrl: string): Promise<InvitationLink> {
  const admins = await services.db.user.findMany({ where: { role: 'admin' }, select: { id: true, email: true }, orderBy: { email: 'asc' } })
  const known = admins.find((admin) => admin.email === email)
  if (!known) throw invalidField('email', admins.length ? `No admin has this address. Admins are: ${admins.map((admin) => admin.email).join(', ')}.` : 'There is no admin yet. Add one.')
  return services.db.$transaction(async (tx) => {
    await lockPerson(tx, known.id)
    const person = await tx.user.findUniqueOrThrow({ where: { id: known.id }, select: { id: true, name: true, disabledAt: true, passwordHash: true } })
    if (person.disabledAt) throw conflict('This account is switched off, and a link would not open it.', 'admin_disabled')
    return renewAccess(tx, services, { entity: 'admin', person, baseUrl })
  })
}
