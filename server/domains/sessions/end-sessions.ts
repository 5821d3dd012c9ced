import type { Db, Services } from '../../context.ts'

/** Ends all sessions of a person, one of them, or all but one, and tells open event streams to look again. Returns how many were ended. */
export async function endSessions(tx: Db, services: Services, userId: string, sessionId?: string | { not: string }): Promise<number> {
  const { count } = await tx.session.deleteMany({ where: { userId, ...(sessionId ? { id: sessionId } : {}) } })
  if (count > 0) await services.events.publish(tx, { type: 'resync' }, { admins: false, userId })
  return count
}
