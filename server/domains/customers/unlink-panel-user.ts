import { z } from 'zod'
import { ACTIVE_STATES, DATED_STEPS } from '#shared/lifecycle/operations.ts'
import type { Customer, UnlinkPanelUser } from '#shared/schemas/customers.ts'
import type { Call, Db } from '../../context.ts'
import { PAGE_ORDER } from '../../db/cursor.ts'
import { conflict, notFound } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { lockPerson } from '../people/lock-person.ts'
import { getCustomer } from './get-customer.ts'
import { onlyCustomers } from './rules.ts'

interface Known { virtfusionUserId: number, virtfusionExtRelationId: number }

/**
 * The panel's user no longer is the customer, because an admin says so. The next order finds another one, or makes one; servers that exist
 * stay with whom they are. Who had the number is remembered, for what was sent for it may still arrive.
 * @throws AppError not_found, conflict while something is under way, or when another user than the one shown is linked
 */
export async function unlinkPanelUser(call: Call, id: string, { virtfusionUserId, reason }: UnlinkPanelUser): Promise<Customer> {
  await call.db.$transaction(async (tx) => {
    await lockPerson(tx, id)
    const before = await tx.user.findUnique({ where: { id, ...onlyCustomers }, select: { name: true, virtfusionUserId: true, virtfusionExtRelationId: true } })
    if (!before) throw notFound()
    if (before.virtfusionUserId !== virtfusionUserId) throw conflict('This customer is another user at the panel by now, or none. Look at it again.', 'panel_user_changed')
    await requireQuiet(tx, id)
    const known = { virtfusionUserId, virtfusionExtRelationId: before.virtfusionExtRelationId }
    const virtfusionExtRelationId = await findRelationBefore(tx, id, known) ?? await takeNewRelation(tx)
    await remember(tx, id, virtfusionUserId)
    await tx.user.update({ where: { id }, data: { virtfusionUserId: null, virtfusionExtRelationId }, select: { id: true } })
    await recordAudit(tx, call, {
      action: 'customer.unlinked', entity: 'customer', entityId: id, entityName: before.name, before: known, after: { virtfusionUserId: null, virtfusionExtRelationId, reason },
    })
  })
  return getCustomer(call, id)
}

/** What goes by the number must be over: its answer would be looked for with nobody. A date that is waited for is no matter of the owner. @throws AppError conflict */
async function requireQuiet(tx: Db, customerId: string): Promise<void> {
  const count = await tx.operation.count({ where: { server: { customerId }, state: { in: ACTIVE_STATES }, step: { notIn: [...DATED_STEPS] } } })
  if (count === 0) return
  const operations = count === 1 ? '1 operation of this customer\'s servers is' : `${count} operations of this customer's servers are`
  throw conflict(`${operations} not over. Wait until that is so, or decide or cancel what stands still; then undo the link.`, 'operation_active')
}

const NumbersSchema = z.object({ virtfusionUserId: z.number().nullable(), virtfusionExtRelationId: z.number() })

/** The customer's relation before the link. Null where it was no other one, for the panel's user would be found by it again, and where somebody else has it now. */
async function findRelationBefore(tx: Db, id: string, { virtfusionUserId, virtfusionExtRelationId }: Known): Promise<number | null> {
  const link = await tx.auditEvent.findFirst({ where: { entity: 'customer', entityId: id, action: 'customer.linked' }, orderBy: PAGE_ORDER, select: { before: true, after: true } })
  const [before, after] = [NumbersSchema.safeParse(link?.before).data, NumbersSchema.safeParse(link?.after).data]
  if (!before || after?.virtfusionUserId !== virtfusionUserId || before.virtfusionExtRelationId === virtfusionExtRelationId) return null
  const other = await tx.user.findUnique({ where: { virtfusionExtRelationId: before.virtfusionExtRelationId }, select: { id: true } })
  return other ? null : before.virtfusionExtRelationId
}

/** The next of the numbers that new customers get. */
async function takeNewRelation(tx: Db): Promise<number> {
  const [row] = await tx.$queryRaw<{ number: number }[]>`select nextval(pg_get_serial_sequence('users', 'virtfusion_ext_relation_id'))::int as number`
  if (!row) throw new Error('The sequence of external relations gave no number.')
  return row.number
}

/** By the database's clock, which the memory is read by. */
async function remember(tx: Db, customerId: string, virtfusionUserId: number): Promise<void> {
  await tx.$executeRaw`
    insert into former_panel_users (virtfusion_user_id, customer_id, forgotten_at) values (${virtfusionUserId}, ${customerId}::uuid, now())
    on conflict (virtfusion_user_id, customer_id) do update set forgotten_at = excluded.forgotten_at`
}
