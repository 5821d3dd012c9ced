import type { CurrentSession } from '#shared/schemas/auth.ts'
import type { AnonymousCall } from '../../context.ts'

/** The person and the session of the call; null when nobody is signed in. */
export async function getCurrentSession(call: AnonymousCall): Promise<CurrentSession | null> {
  if (!call.user) return null
  const { sessionId, ...user } = call.user
  const session = await call.db.session.findUnique({ where: { id: sessionId }, select: { expiresAt: true } })
  return session && { user, session: { id: sessionId, expiresAt: session.expiresAt.toISOString() } }
}
