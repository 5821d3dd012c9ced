import type { z } from 'zod'
import type { SessionListSchema } from '#shared/schemas/auth.ts'
import type { PageQuery } from '#shared/schemas/common.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { aliveSessions } from '../sessions/rules.ts'

/**
 * The places where the caller is signed in now, the newest sign-in first. Not by their last use: that changes while somebody pages, and a
 * place that is in use at this moment would be on no page. @throws AppError invalid_input for a cursor that is none
 */
export async function listSessions(call: Call, { cursor, limit }: PageQuery): Promise<z.input<typeof SessionListSchema>> {
  const sessions = await call.db.session.findMany({
    where: { userId: call.user.id, ...aliveSessions(call.user.role, call.now()), AND: [pageWhere(cursor)] },
    orderBy: PAGE_ORDER,
    take: limit + 1,
    select: { id: true, ipAddress: true, userAgent: true, createdAt: true, lastSeenAt: true },
  })
  return toPage(sessions, limit, (session) => ({
    ...session,
    isCurrent: session.id === call.user.sessionId,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
  }))
}
