import { STOPPED_ORDERS_LIMIT, type StoppedOrder } from '#shared/schemas/customers.ts'
import type { Call, Db } from '../../context.ts'
import { wakeOperation } from '../../engine/wake-operation.ts'
import { AppError } from '../../errors.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { loadOperation } from './load-operation.ts'
import { beginAgain } from './retry-operation.ts'

/** Why a create stopped before it was sent, or before its server was handed over: nobody at the panel was known to own it. */
const WITHOUT_OWNER = ['owner_not_resolved', 'owner_not_readable', 'owner_effect_unknown', 'owner_is_admin', 'owner_is_somebody_else', 'owner_number_taken']

const unfinished = (customerId: string) => ({
  kind: 'create', server: { customerId, lifecycle: { in: ['provisioning', 'failed'] } }, step: { in: ['prepare', 'transfer'] },
}) satisfies Prisma.OperationWhereInput

const stopped = (customerId: string) => ({
  ...unfinished(customerId), state: { in: ['needs_attention', 'failed'] }, OR: WITHOUT_OWNER.map((code) => ({ diagnosis: { path: ['code'], equals: code } })),
}) satisfies Prisma.OperationWhereInput

/** The orders of a customer that stopped because they had no user at the panel, newest first. */
export async function listWithoutOwner(db: Db, customerId: string): Promise<StoppedOrder[]> {
  const orders = await db.operation.findMany({
    where: stopped(customerId), orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: STOPPED_ORDERS_LIMIT,
    select: { id: true, createdAt: true, server: { select: { id: true, reference: true, name: true, plan: { select: { name: true } } } } },
  })
  return orders.map(({ id, createdAt, server: { plan, ...server } }) => ({ operationId: id, server, plan: plan.name, createdAt: createdAt.toISOString() }))
}

/**
 * Lets orders of a customer go on who has a user at the panel now. Of those that stopped only the chosen ones: each makes a server that
 * costs money, and an old one may have been ordered anew since. Those that wait would go on by themselves: they are only hurried.
 */
export async function goOnWithOwner(call: Call, customerId: string, chosen: readonly string[]): Promise<void> {
  const orderBy: Prisma.OperationOrderByWithRelationInput[] = [{ createdAt: 'asc' }, { id: 'asc' }]
  const [waiting, again] = await Promise.all([
    call.db.operation.findMany({ where: { ...unfinished(customerId), state: 'waiting' }, orderBy, select: { id: true } }),
    call.db.operation.findMany({ where: { ...stopped(customerId), id: { in: [...chosen] } }, orderBy, select: { id: true } }),
  ])
  for (const { id } of waiting) await call.db.$transaction((tx) => wakeOperation(tx, id))
  for (const { id } of again) await goOn(call, id)
}

/** Somebody else may have taken it up at this moment; one that may have its server already, or of which nobody can tell, stays where it stands. */
async function goOn(call: Call, id: string): Promise<void> {
  try {
    await beginAgain(call, await loadOperation(call.db, id), null)
  }
  catch (error) {
    if (!(error instanceof AppError && (error.code === 'conflict' || error.code === 'panel_unavailable'))) throw error
  }
}
