import type { SessionItem } from '#shared/schemas/auth.ts'
import type { Call } from '../../context.ts'
import { SESSION_LIMITS } from '../sessions/rules.ts'

/** The places where the caller is signed in now, the last used first. */
export async function listSessions(call: Call): Promise<SessionItem[]> {
  const now = call.now()
  const sessions = await call.db.session.findMany({
    where: { userId: call.user.id, expiresAt: { gt: now }, lastSeenAt: { gt: new Date(now.getTime() - SESSION_LIMITS[call.user.role].idle) } },
    orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
    take: 100,
    select: { id: true, ipAddress: true, userAgent: true, createdAt: true, lastSeenAt: true },
  })
  return sessions.map((session) => ({
    ...session,
    isCurrent: session.id === call.user.sessionId,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
  }))
}
