import type { AlarmDecision, DecideAlarm } from '#shared/schemas/safety.ts'
import type { Call } from '../../context.ts'
import { HELD } from '../../engine/harm/held-operations.ts'
import { publishOperation } from '../../engine/transition.ts'
import { wakeOperation } from '../../engine/wake-operation.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { closeWhenDecided, holdOpenAlarm } from './open-alarm.ts'
import { requireNamed, toDecision } from './rules.ts'

/** Lets the operations named go on, and no others: whatever was asked for since the list was shown still waits. @throws AppError not_found, conflict, invalid_input */
export async function confirmAlarm(call: Call, alarmId: string, { operationIds, reason }: DecideAlarm): Promise<AlarmDecision> {
  return call.db.$transaction(async (tx) => {
    await holdOpenAlarm(tx, alarmId)
    await requireNamed(tx, operationIds)
    const approved = await tx.operation.updateManyAndReturn({
      where: { ...HELD, id: { in: operationIds } },
      data: { harmApprovedAt: call.now(), harmApprovedById: call.user.id, version: { increment: 1 } },
      select: { id: true, serverId: true, state: true, step: true, server: { select: { customerId: true } } },
    })
    await tx.operationEvent.createMany({
      data: approved.map(({ id, state, step }) => ({ operationId: id, state, step, code: 'harm_confirmed_by_person', params: { reason }, actorId: call.user.id })),
    })
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
