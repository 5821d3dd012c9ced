import type { SignedOut } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { lockPerson } from '../people/lock-person.ts'
import { endSessions } from './end-sessions.ts'

/** Ends all sessions of an admin; of the caller's own all but the one of the call. @throws AppError not_found for anybody who is no admin */
export async function signOutEverywhere(call: Call, adminId: string): Promise<SignedOut> {
  const isSelf = adminId === call.user.id
  return call.db.$transaction(async (tx) => {
    await lockPerson(tx, adminId)
    const admin = await tx.user.findUnique({ where: { id: adminId, role: 'admin' }, select: { name: true } })
    if (!admin) throw notFound()
    const ended = await endSessions(tx, call, adminId, isSelf ? { not: call.user.sessionId } : undefined)
    await recordAudit(tx, call, {
      action: isSelf ? 'session.others_ended' : 'session.ended_everywhere', entity: 'person', entityId: adminId, entityName: admin.name, after: { sessionsEnded: ended },
    })
    return { ended }
  })
}
