import type { Customer, UpdateCustomer } from '#shared/schemas/customers.ts'
import type { Call, Db } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { wakeOrdersOf } from '../operations/wake-orders-of.ts'
import { lockPerson } from '../people/lock-person.ts'
import { setPassword } from '../people/set-password.ts'
import { endSessions } from '../sessions/end-sessions.ts'
import { hashPassword } from '../sessions/passwords.ts'
import { findLastSignIns } from './find-last-sign-ins.ts'
import { explainTakenEmail, onlyCustomers } from './rules.ts'
import { customerSelect, serializeCustomer } from './serialize-customer.ts'

/**
 * Changes what is given. A new password, and switching the account off, end all sessions at once. An open link to set a
 * password went to the old address: it ends with it. Orders that waited for the account to be switched on go on.
 * @throws AppError not_found, invalid_input (email) when the address is taken
 */
export async function updateCustomer(call: Call, id: string, input: UpdateCustomer): Promise<Customer> {
  const passwordHash = input.password ? await hashPassword(input.password) : null
  try {
    const customer = await call.db.$transaction(async (tx) => {
      const before = await lockCustomer(tx, id)
      const { name = before.name, email = before.email, isDisabled = before.disabledAt !== null } = input
      const disabledAt = isDisabled ? before.disabledAt ?? call.now() : null
      await tx.user.update({ where: { id }, data: { name, email, disabledAt }, select: { id: true } })
      if (passwordHash) await setPassword(tx, call, id, passwordHash)
      if (isDisabled || email !== before.email) await tx.invitation.deleteMany({ where: { userId: id, acceptedAt: null } })
      if (isDisabled) await endSessions(tx, call, id)
      await recordAudit(tx, call, {
        action: 'customer.updated', entity: 'customer', entityId: id, entityName: name,
        before: { name: before.name, email: before.email, isDisabled: before.disabledAt !== null },
        after: { name, email, isDisabled, ...(passwordHash ? { passwordChanged: true } : {}) },
      })
      const signIns = await findLastSignIns(tx, [id])
      return serializeCustomer(await tx.user.findUniqueOrThrow({ where: { id }, select: customerSelect }), signIns.get(id) ?? null)
    })
    // Apart, for it takes rows that others take before a person's.
    if (input.isDisabled === false) await wakeOrdersOf(call, id)
    return customer
  }
  catch (error) {
    throw explainTakenEmail(error)
  }
}

async function lockCustomer(tx: Db, id: string) {
  await lockPerson(tx, id)
  const row = await tx.user.findUnique({ where: { id, ...onlyCustomers }, select: { name: true, email: true, disabledAt: true } })
  if (!row) throw notFound()
  return row
}
