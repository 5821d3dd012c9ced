import type { AdminSessions, Security } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { describeSecurityFact } from '../../messages/en/security.ts'
import { aliveSessions } from '../sessions/rules.ts'
import { judgeSecurity, type Way } from './judge-security.ts'

/** More than a host has; whoever has more sees the first ones. */
const MOST_ADMINS = 200

/** Who is signed in as an admin, and what decides how safely Berth runs. `way` is how the request has come. No secret is read for it. */
export async function getSecurity(call: Call, way: Way): Promise<Security> {
  return {
    facts: judgeSecurity(call.env, way).map(({ code, variable, level, params }) => ({ code, variable, level, ...describeSecurityFact({ code, params }) })),
    admins: await listAdmins(call),
  }
}

async function listAdmins({ db, user, now }: Call): Promise<AdminSessions[]> {
  const alive = aliveSessions('admin', now())
  const admins = await db.user.findMany({
    where: { role: 'admin' },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: MOST_ADMINS,
    select: { id: true, name: true, email: true, sessions: { where: alive, orderBy: { createdAt: 'desc' }, select: { createdAt: true } } },
  })
  return Promise.all(admins.map(async ({ id, name, email, sessions }) => {
    // Sessions come and go; who signed in when stays in the audit log. The very first admin is signed in without a line of it.
    const signIn = await db.auditEvent.findFirst({ where: { entity: 'person', entityId: id, action: 'session.started' }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], select: { createdAt: true } })
    return { id, name, email, isYou: id === user.id, sessions: sessions.length, lastSignInAt: (signIn ?? sessions[0])?.createdAt.toISOString() ?? null }
  }))
}
