import type { CreateCustomer, CreatedCustomer } from '#shared/schemas/customers.ts'
import type { Call } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { createInvitation } from '../invitations/create-invitation.ts'
import { hashPassword } from '../sessions/passwords.ts'
import { explainTakenEmail } from './rules.ts'
import { customerSelect, serializeCustomer } from './serialize-customer.ts'

/**
 * Adds a customer. Without a password there is an invitation to set one; its link is in this answer and nowhere else.
 * @throws AppError invalid_input (email) when the address is taken
 */
export async function createCustomer(call: Call, { name, email, password }: CreateCustomer, baseUrl: string): Promise<CreatedCustomer> {
  const passwordHash = password ? await hashPassword(password) : null
  try {
    return await call.db.$transaction(async (tx) => {
      const row = await tx.user.create({
        data: { name, email, role: 'customer', passwordHash, passwordChangedAt: passwordHash ? call.now() : null },
        select: customerSelect,
      })
      const invitation = passwordHash ? null : await createInvitation(tx, call, row.id, baseUrl, 'first')
      await recordAudit(tx, call, {
        action: 'customer.created', entity: 'customer', entityId: row.id, entityName: name, after: { name, email, hasPassword: passwordHash !== null },
      })
      return { ...serializeCustomer(row, null), invitation }
    })
  }
  catch (error) {
    throw explainTakenEmail(error)
  }
}
