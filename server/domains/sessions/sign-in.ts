import type { SignIn } from '#shared/schemas/auth.ts'
import type { Role } from '#shared/schemas/common.ts'
import type { AnonymousCall } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { lockByPassword } from '../people/lock-by-password.ts'
import { isKnownPlace } from './is-known-place.ts'
import { openSession, type SignedIn } from './open-session.ts'
import { hashPassword, needsRehash, verifyPassword } from './passwords.ts'
import { accountScopes, throttleGuesses } from './throttle-guesses.ts'

/** Somebody whose password was right, with the hash that it was compared with. */
interface Verified { id: string, name: string, email: string, role: Role, passwordHash: string }

/**
 * Signs a person in by e-mail and password. Unknown, disabled and wrong answer alike, after the same work.
 * @throws AppError unauthenticated (invalid_credentials), too_many_requests
 */
export async function signIn(call: AnonymousCall, input: SignIn, userAgent: string | null): Promise<SignedIn> {
  const scopes = accountScopes(input.email, call.ipAddress, () => isKnownPlace(call, input.email, call.ipAddress))
  const person = await throttleGuesses(call, scopes, () => checkPassword(call, input))
  const signedIn = person && await enter(call, person, input.password, userAgent)
  if (signedIn) return signedIn
  call.log.info({ requestId: call.requestId, ipAddress: call.ipAddress }, 'sign-in failed')
  throw new AppError('unauthenticated', 'The e-mail address or the password is not right.', { reason: 'invalid_credentials' })
}

/** Null when the password was changed, or the person switched off, since it was checked: that ended all sessions, and none may come after it. */
async function enter(call: AnonymousCall, person: Verified, password: string, userAgent: string | null): Promise<SignedIn | null> {
  const newHash = needsRehash(person.passwordHash) ? await hashPassword(password) : null

  return call.db.$transaction(async (tx) => {
    if (!await lockByPassword(tx, person.id, person.passwordHash)) return null
    if (newHash) await tx.user.update({ where: { id: person.id }, data: { passwordHash: newHash }, select: { id: true } })
    return openSession(tx, call, { person, userAgent, audit: { action: 'session.started', entity: 'person', entityId: person.id, entityName: person.name } })
  })
}

async function checkPassword(call: AnonymousCall, { email, password }: SignIn): Promise<Verified | null> {
  const person = await call.db.user.findUnique({
    where: { email },
    select: { id: true, name: true, email: true, role: true, passwordHash: true, disabledAt: true },
  })
  const isRight = await verifyPassword(password, person?.passwordHash ?? null)
  if (!isRight || !person?.passwordHash || person.disabledAt) return null
  return { ...person, passwordHash: person.passwordHash }
}
