import type { AlarmDecision, DecideAlarm } from '#shared/schemas/safety.ts'
import type { Call, Db } from '../../context.ts'
import { chainEvents } from '../../engine/event-chain.ts'
import { HELD } from '../../engine/harm/held-operations.ts'
import { publishOperation } from '../../engine/postgres/write-move.ts'
import { wakeOperation } from '../../engine/wake-operation.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { closeWhenDecided, holdOpenAlarm } from './open-alarm.ts'
import { requireNamed, toDecision } from './rules.ts'

/** Lets the operations named go on, and no others: whatever was asked for since the list was shown still waits. @throws AppError not_found, conflict, invalid_input */
export async function confirmAlarm(call: Call, alarmId: string, { operationIds, reason }: DecideAlarm): Promise<AlarmDecision> {
  return call.db.$transaction(async (tx) => {
    await holdOpenAlarm(tx, alarmId)
    await requireNamed(tx, operationIds)
    const approved = await approve(tx, call, operationIds)
    await tellTimelines(tx, call, approved, reason)
    for (const operation of approved) {
      await wakeOperation(tx, operation.id)
      await publishOperation(tx, call, operation, operation.server.customerId)
    }
    const done = approved.map(({ id }) => id)
    const isOver = await closeWhenDecided(tx, { alarmId, decision: 'confirmed', reason, decidedById: call.user.id })
    await recordAudit(tx, call, { action: 'safety.alarm_confirmed', entity: 'alarm', entityId: alarmId, after: { count: done.length, operationIds: done, reason } })
    await call.events.publish(tx, { type: 'panel' }, { admins: true })
    return toDecision(operationIds, done, isOver)
  }, { maxWait: 15_000, timeout: 60_000 })
}

type Approved = Awaited<ReturnType<typeof approve>>

/** Rows of servers come before those of operations, here as everywhere: two orders of taking them would wait for each other. */
async function approve(tx: Db, call: Call, operationIds: string[]) {
  await tx.$queryRaw`select id from servers where id in (select server_id from operations where id = any(${operationIds}::uuid[])) order by id for update`
  return tx.operation.updateManyAndReturn({
    where: { ...HELD, id: { in: operationIds } },
    data: { harmHeldAt: null, harmApprovedAt: call.now(), harmApprovedById: call.user.id, version: { increment: 1 } },
    select: { id: true, serverId: true, state: true, step: true, eventHash: true, server: { select: { customerId: true } } },
  })
}

/** One line for each, all in two statements: every worker that would do harm waits for the lock meanwhile. */
async function tellTimelines(tx: Db, call: Call, approved: Approved, reason: string): Promise<void> {
  const events = approved.flatMap(({ id, state, step, eventHash }) =>
    chainEvents(eventHash, [{ operationId: id, state, step, code: 'harm_confirmed_by_person', params: { reason }, actorId: call.user.id }]))
  await tx.operationEvent.createMany({ data: events })
  await tx.$executeRaw`
    update operations o set event_hash = e.hash
    from unnest(${events.map(({ operationId }) => operationId)}::uuid[], ${events.map(({ hash }) => hash)}::text[]) as e(id, hash) where o.id = e.id`
}
