import type { CurrentUser, Services } from '../../context.ts'
import { SEEN_EVERY_MS, hashToken, isSessionAlive } from './rules.ts'

/**
 * The person behind a session token; null when it is unknown, over, or the person may not sign in any more.
 * A look that is no use (`isUse: false`) does not put off the end of an idle session.
 */
export async function findSession(services: Services, token: string, { isUse = true } = {}): Promise<CurrentUser | null> {
  const session = await services.db.session.findUnique({
    where: { tokenHash: hashToken(token) },
    select: { id: true, lastSeenAt: true, expiresAt: true, user: { select: { id: true, name: true, email: true, role: true, disabledAt: true } } },
  })
  if (!session || session.user.disabledAt) return null
  const { disabledAt: _, ...user } = session.user
  const now = services.now()
  if (!isSessionAlive(session, user.role, now)) return null
  if (isUse && now.getTime() - session.lastSeenAt.getTime() >= SEEN_EVERY_MS) {
    // updateMany: the session may have been ended since it was read, and that is no error.
    await services.db.session.updateMany({ where: { id: session.id }, data: { lastSeenAt: now } })
  }
  return { ...user, sessionId: session.id }
}
