import type { Db, Services } from '../../context.ts'
import { notify } from '../notifications/notify.ts'
import { endSessions } from '../sessions/end-sessions.ts'

/** Stores a new password hash; every session and every open link of the person ends with the old one. Returns how many sessions ended. */
export async function setPassword(tx: Db, services: Services, userId: string, passwordHash: string): Promise<number> {
  await tx.user.update({ where: { id: userId }, data: { passwordHash, passwordChangedAt: services.now() }, select: { id: true } })
  await tx.invitation.deleteMany({ where: { userId, acceptedAt: null } })
  await notify(tx, services, { to: { userId }, level: 'info', code: 'password_changed', link: '/account' })
  return endSessions(tx, services, userId)
}
