import type { ChangePassword } from '#shared/schemas/auth.ts'
import type { Call } from '../../context.ts'
import { invalidField } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { lockByPassword } from '../people/lock-by-password.ts'
import { setPassword } from '../people/set-password.ts'
import { hashPassword, verifyPassword } from '../sessions/passwords.ts'
import { startSession, type StartedSession } from '../sessions/start-session.ts'
import { accountScopes, throttleGuesses } from '../sessions/throttle-guesses.ts'

/**
 * Changes the caller's own password. All sessions end, also the one of the call; the new one that is returned takes its place.
 * @throws AppError invalid_input (currentPassword), too_many_requests
 */
export async function changePassword(call: Call, input: ChangePassword, userAgent: string | null): Promise<StartedSession> {
  const { user } = call
  const verifiedHash = await throttleGuesses(call, accountScopes(`password ${user.id}`, call.ipAddress), async () => {
    const person = await call.db.user.findUnique({ where: { id: user.id }, select: { passwordHash: true } })
    const stored = person?.passwordHash ?? null
    return await verifyPassword(input.currentPassword, stored) ? stored : null
  })
  if (!verifiedHash) throw wrongPassword()
  const passwordHash = await hashPassword(input.newPassword)

  return call.db.$transaction(async (tx) => {
    if (!await lockByPassword(tx, user.id, verifiedHash)) throw wrongPassword()
    const sessionsEnded = await setPassword(tx, call, user.id, passwordHash)
    await recordAudit(tx, call, { action: 'account.password_changed', entity: 'person', entityId: user.id, entityName: user.name, after: { sessionsEnded } })
    return startSession(tx, call, user, { ipAddress: call.ipAddress, userAgent })
  })
}

const wrongPassword = () => invalidField('currentPassword', 'This is not your current password.')
