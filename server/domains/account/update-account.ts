import type { Person, UpdateAccount } from '#shared/schemas/auth.ts'
import type { Call } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'

/** Changes the caller's own name. */
export async function updateAccount(call: Call, { name }: UpdateAccount): Promise<Person> {
  return call.db.$transaction(async (tx) => {
    const person = await tx.user.update({ where: { id: call.user.id }, data: { name }, select: { id: true, name: true, email: true, role: true } })
    await recordAudit(tx, call, { action: 'account.updated', entity: 'person', entityId: person.id, entityName: name, before: { name: call.user.name }, after: { name } })
    return person
  })
}
