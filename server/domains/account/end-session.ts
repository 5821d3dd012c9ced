import type { Call } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { endSessions } from '../sessions/end-sessions.ts'

/** Signs one of the caller's own browsers out. @throws AppError not_found for a session that is over or somebody else's */
export async function endSession(call: Call, sessionId: string): Promise<void> {
  await call.db.$transaction(async (tx) => {
    if (await endSessions(tx, call, call.user.id, sessionId) === 0) throw notFound()
    await recordAudit(tx, call, { action: 'session.ended', entity: 'person', entityId: call.user.id, entityName: call.user.name })
  })
}
