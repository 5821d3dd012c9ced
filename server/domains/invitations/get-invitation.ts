import type { z } from 'zod'
import type { InvitationSchema } from '#shared/schemas/auth.ts'
import type { Services } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { hashToken } from '../sessions/rules.ts'
import { openInvitation } from './rules.ts'

/** Whom a link is for. @throws AppError not_found when it was used, is over, was replaced or never was */
export async function getInvitation(services: Services, token: string): Promise<z.infer<typeof InvitationSchema>> {
  const invitation = await services.db.invitation.findFirst({
    where: openInvitation(hashToken(token), services.now()),
    select: { expiresAt: true, user: { select: { name: true, email: true, passwordHash: true } } },
  })
  if (!invitation) throw notFound()
  const { name, email, passwordHash } = invitation.user
  return { name, email, expiresAt: invitation.expiresAt.toISOString(), isReset: passwordHash !== null }
}
