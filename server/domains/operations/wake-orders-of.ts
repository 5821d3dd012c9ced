import type { Call } from '../../context.ts'
import { appendEvent } from '../../engine/postgres/append-event.ts'
import { lockServer, publishOperation } from '../../engine/postgres/write-move.ts'
import { CUSTOMER_DISABLED } from '../../engine/run.ts'
import { scheduleOperation } from '../../engine/schedule-operation.ts'
import { Prisma } from '../../generated/prisma/client.ts'

/** Orders that were not sent because their customer was switched off. */
export const STOPPED_BY_SWITCH = { kind: 'create', state: 'needs_attention', diagnosis: { path: ['code'], equals: CUSTOMER_DISABLED } } satisfies Prisma.OperationWhereInput

/** Lets the orders go on that were not sent because their customer was switched off. Each by itself: none of them holds up another. */
export async function wakeOrdersOf(call: Call, customerId: string): Promise<void> {
  const orders = await call.db.operation.findMany({ where: { ...STOPPED_BY_SWITCH, server: { customerId } }, select: { id: true, serverId: true } })
  for (const { id, serverId } of orders) {
    await call.db.$transaction(async (tx) => {
      await lockServer(tx, serverId)
      const [woken] = await tx.operation.updateManyAndReturn({ where: { ...STOPPED_BY_SWITCH, id }, data: { state: 'queued', nextAttemptAt: null, diagnosis: Prisma.DbNull, version: { increment: 1 } } })
      if (!woken) return
      await appendEvent(tx, serverId, { operationId: id, state: woken.state, step: woken.step, code: 'customer_enabled', params: {}, actorId: call.user.id })
      await scheduleOperation(tx, id)
      await publishOperation(tx, call, woken, customerId)
    })
  }
}
