import type { AnonymousCall } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { lockPerson } from '../people/lock-person.ts'
import { setPassword } from '../people/set-password.ts'
import { openSession, type SignedIn } from '../sessions/open-session.ts'
import { hashPassword } from '../sessions/passwords.ts'
import { hashToken } from '../sessions/rules.ts'
import { openInvitation } from './rules.ts'

/**
 * Sets the password by a one-time link and signs the person in; every earlier session of theirs ends.
 * @throws AppError not_found when the link was used (also just now, by a second tab), is over or was replaced
 */
export async function acceptInvitation(call: AnonymousCall, token: string, password: string, userAgent: string | null): Promise<SignedIn> {
  const known = await call.db.invitation.findFirst({ where: openInvitation(hashToken(token), call.now()), select: { id: true, userId: true } })
  if (!known) throw notFound()
  const passwordHash = await hashPassword(password)

  return call.db.$transaction(async (tx) => {
    await lockPerson(tx, known.userId)
    const { count } = await tx.invitation.updateMany({ where: { id: known.id, acceptedAt: null }, data: { acceptedAt: call.now() } })
    if (count === 0) throw notFound()
    const { user } = await tx.invitation.findUniqueOrThrow({
      where: { id: known.id },
      select: { user: { select: { id: true, name: true, email: true, role: true } } },
    })
    await setPassword(tx, call, user.id, passwordHash)
    return openSession(tx, call, { person: user, userAgent, audit: { action: 'invitation.accepted', entity: 'person', entityId: user.id, entityName: user.name } })
  })
}
