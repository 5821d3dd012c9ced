import type { InvitationLink } from '#shared/schemas/auth.ts'
import type { Db, Services } from '../../context.ts'
import { hashToken, newToken } from '../sessions/rules.ts'
import { INVITATION_LIFE_MS, type InvitationKind } from './rules.ts'

/** Makes the one link with which a person sets a password; earlier links of theirs stop to work. `baseUrl` is Berth's own address. */
export async function createInvitation(tx: Db, services: Pick<Services, 'now'>, userId: string, baseUrl: string, kind: InvitationKind): Promise<InvitationLink> {
  const token = newToken()
  const now = services.now()
  const expiresAt = new Date(now.getTime() + INVITATION_LIFE_MS[kind])
  await tx.invitation.deleteMany({ where: { userId } })
  await tx.invitation.create({ data: { tokenHash: hashToken(token), userId, expiresAt, createdAt: now }, select: { id: true } })
  return { url: `${baseUrl}/invitation/${token}`, expiresAt: expiresAt.toISOString() }
}
