import type { Db, Services } from '../../context.ts'
import type { Role } from '#shared/schemas/common.ts'
import { SESSION_LIMITS, hashToken, newToken } from './rules.ts'

export interface StartedSession { id: string, token: string, expiresAt: Date }

/** Makes a session for somebody who has just proved who they are. The token is known to the caller only. */
export async function startSession(tx: Db, services: Services, person: { id: string, role: Role }, from: { ipAddress: string | null, userAgent: string | null }): Promise<StartedSession> {
  const now = services.now()
  const token = newToken()
  const expiresAt = new Date(now.getTime() + SESSION_LIMITS[person.role].absolute)
  // What has run out is of no use to anybody any more.
  await tx.session.deleteMany({ where: { userId: person.id, expiresAt: { lte: now } } })
  const { id } = await tx.session.create({
    data: { tokenHash: hashToken(token), userId: person.id, ipAddress: from.ipAddress, userAgent: from.userAgent?.slice(0, 300) ?? null, lastSeenAt: now, createdAt: now, expiresAt },
    select: { id: true },
  })
  return { id, token, expiresAt }
}
