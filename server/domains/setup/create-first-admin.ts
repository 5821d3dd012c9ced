import type { Setup } from '#shared/schemas/auth.ts'
import type { AnonymousCall } from '../../context.ts'
import { isTaken } from '../../db/database-errors.ts'
import { invalidField, notFound } from '../../errors.ts'
import { openSession, type SignedIn } from '../sessions/open-session.ts'
import { hashPassword } from '../sessions/passwords.ts'
import { addressScopes, throttleGuesses } from '../sessions/throttle-guesses.ts'
import { hasAdmin, readSetupCode } from './ensure-first-admin.ts'
import { SETUP_GROUP, SETUP_LOCK, isSameCode } from './rules.ts'

/**
 * Makes the first admin and signs them in. Of many at once exactly one succeeds; once there is an admin it answers like a route that is not there.
 * @throws AppError not_found, invalid_input (code, email), too_many_requests
 */
export async function createFirstAdmin(call: AnonymousCall, input: Setup, userAgent: string | null): Promise<SignedIn> {
  if (await hasAdmin(call.db)) throw notFound()
  const isRight = await throttleGuesses(call, addressScopes('setup', call.ipAddress), () => checkCode(call, input.code))
  if (!isRight) throw await hasAdmin(call.db) ? notFound() : invalidField('code', 'This is not the code that stands in the log.')
  const passwordHash = await hashPassword(input.password)

  try {
    return await call.db.$transaction(async (tx) => {
      await tx.$executeRaw`select pg_advisory_xact_lock(${SETUP_LOCK}::bigint)`
      if (await hasAdmin(tx)) throw notFound()
      const user = await tx.user.create({
        data: { name: input.name, email: input.email, role: 'admin', passwordHash, passwordChangedAt: call.now() },
        select: { id: true, name: true, email: true, role: true },
      })
      await tx.setting.deleteMany({ where: { group: SETUP_GROUP } })
      return openSession(tx, call, {
        person: user, userAgent,
        audit: { action: 'admin.created', entity: 'admin', entityId: user.id, entityName: user.name, after: { name: user.name, email: user.email, role: user.role } },
      })
    })
  }
  catch (error) {
    if (isTaken(error)) throw invalidField('email', 'This address belongs to somebody already. Use another one.')
    throw error
  }
}

async function checkCode(call: AnonymousCall, typed: string): Promise<true | null> {
  const code = await readSetupCode(call.db, call)
  return code !== null && isSameCode(typed, code) ? true : null
}
