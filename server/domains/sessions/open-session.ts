import type { CurrentSession, Person } from '#shared/schemas/auth.ts'
import type { AnonymousCall, Db } from '../../context.ts'
import { recordAudit, type AuditEntry } from '../audit/record-audit.ts'
import type { AuditFields } from '../audit/rules.ts'
import { endSessions } from './end-sessions.ts'
import { startSession } from './start-session.ts'

/** A new session: its token goes into the cookie and nowhere else. */
export interface SignedIn { token: string, expiresAt: Date, current: CurrentSession }

interface Opening { person: Person, userAgent: string | null, audit: AuditEntry & { after?: AuditFields } }

/**
 * Signs somebody in who has just proved who they are, with the line of the audit log that says how. The session that the browser had before
 * ends, whoever's it was: its cookie is replaced, and nobody could end it there any more.
 */
export async function openSession(tx: Db, call: AnonymousCall, { person, userAgent, audit }: Opening): Promise<SignedIn> {
  if (call.user) await endSessions(tx, call, call.user.id, call.user.sessionId)
  const { id, token, expiresAt } = await startSession(tx, call, person, { ipAddress: call.ipAddress, userAgent })
  const user = { id: person.id, name: person.name, email: person.email, role: person.role }
  await recordAudit(tx, { ...call, user: { ...user, sessionId: id } }, audit)
  return { token, expiresAt, current: { user, session: { id, expiresAt: expiresAt.toISOString() } } }
}
