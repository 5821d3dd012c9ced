import type { InvitationLink } from '#shared/schemas/auth.ts'
import type { Db, Services } from '../../context.ts'
import { recordAudit, type AuditSource } from '../audit/record-audit.ts'
import { createInvitation } from './create-invitation.ts'

interface Renewal { entity: 'admin' | 'customer', person: { id: string, name: string, passwordHash: string | null }, baseUrl: string }

/** A new link for somebody who has an account, with its line of the audit log; the caller's transaction holds the person's row. The old password works until the link is used. */
export async function renewAccess(tx: Db, source: Partial<AuditSource> & Pick<Services, 'now'>, { entity, person, baseUrl }: Renewal): Promise<InvitationLink> {
  const isReset = person.passwordHash !== null
  const link = await createInvitation(tx, source, person.id, baseUrl, isReset ? 'reset' : 'first')
  await recordAudit(tx, source, { action: `${entity}.invited`, entity, entityId: person.id, entityName: person.name, after: { isReset, expiresAt: link.expiresAt } })
  return link
}
