import type { Db, Services } from '../../context.ts'
import { notify } from '../notifications/notify.ts'
import { endSessions } from '../sessions/end-sessions.ts'

/** Stores a new password hash; every session and every open link of the person ends with the old one, and the person is told unless it is the first. Returns how many sessions ended. */
export async function setPassword(tx: Db, services: Services, userId: string, passwordHash: string): Promise<number> {
  const before = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { passwordHash: true } })
  await tx.user.update({ where: { id: userId }, data: { passwordHash, passwordChangedAt: services.now() }, select: { id: true } })
  await tx.invitation.deleteMany({ where: { userId, acceptedAt: null } })
  if (before.passwordHash !== null) await notify(tx, services, { to: { userId }, level: 'info', code: 'password_changed', link: '/account' })
  return endSessions(tx, services, userId)
}
