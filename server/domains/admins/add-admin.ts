import type { InvitationLink } from '#shared/schemas/auth.ts'
import type { Services } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { explainTakenEmail } from '../customers/rules.ts'
import { createInvitation } from '../invitations/create-invitation.ts'
import { SETUP_GROUP, SETUP_LOCK } from '../setup/rules.ts'

/**
 * Adds an admin, who sets a password by the link. For an operator at the machine: no route leads here.
 * @throws AppError invalid_input (email) when the address is taken
 */
export async function addAdmin(services: Pick<Services, 'db' | 'now'>, { name, email }: { name: string, email: string }, baseUrl: string): Promise<InvitationLink> {
  try {
    return await services.db.$transaction(async (tx) => {
      await tx.$executeRaw`select pg_advisory_xact_lock(${SETUP_LOCK}::bigint)`
      const { id } = await tx.user.create({ data: { name, email, role: 'admin' }, select: { id: true } })
      await tx.setting.deleteMany({ where: { group: SETUP_GROUP } }) // with an admin there is nothing left to set up
      const link = await createInvitation(tx, services, id, baseUrl, 'first')
      await recordAudit(tx, services, { action: 'admin.added', entity: 'admin', entityId: id, entityName: name, after: { name, email, role: 'admin', expiresAt: link.expiresAt } })
      return link
    })
  }
  catch (error) {
    throw explainTakenEmail(error)
  }
}
