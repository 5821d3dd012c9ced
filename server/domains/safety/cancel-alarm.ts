import type { AlarmDecision, DecideAlarm } from '#shared/schemas/safety.ts'
import type { Call } from '../../context.ts'
import { lockHarm } from '../../engine/harm/harm-store.ts'
import { HELD } from '../../engine/harm/held-operations.ts'
import { AppError } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { cancelHeldOperation } from '../operations/cancel-operation.ts'
import { closeWhenDecided, holdOpenAlarm, requireOpenAlarm } from './open-alarm.ts'
import { MOVED_ON, requireNamed, toDecision } from './rules.ts'

/** Calls off the operations named, each by the rules of cancelling one. @throws AppError not_found, conflict, invalid_input */
export async function cancelAlarm(call: Call, alarmId: string, { operationIds, reason }: DecideAlarm): Promise<AlarmDecision> {
  await requireOpenAlarm(call.db, alarmId)
  await requireNamed(call.db, operationIds)
  const held = await call.db.operation.findMany({ where: { ...HELD, id: { in: operationIds } }, select: { id: true, serverId: true } })
  const done: string[] = []
  const reasons = new Map<string, string>()
  for (const operation of held) {
    const refusal = await cancel(call, operation)
    if (refusal === null) done.push(operation.id)
    else reasons.set(operation.id, refusal)
  }
  // Each was cancelled in a transaction of its own; only the end of the alarm needs the lock that all workers share.
  return call.db.$transaction(async (tx) => {
    // What was called off is told with its reason, also when somebody else has ended the alarm meanwhile.
    if (done.length > 0) await lockHarm(tx)
    else await holdOpenAlarm(tx, alarmId)
    const isOver = await closeWhenDecided(tx, { alarmId, decision: 'cancelled', reason, decidedById: call.user.id })
    await recordAudit(tx, call, { action: 'safety.alarm_cancelled', entity: 'alarm', entityId: alarmId, after: { count: done.length, operationIds: done, reason } })
    await call.events.publish(tx, { type: 'panel' }, { admins: true })
    return toDecision(operationIds, done, isOver, reasons)
  })
}

/** The reason why it could not be cancelled, or null. */
async function cancel(call: Call, operation: { id: string, serverId: string }): Promise<string | null> {
  try {
    return await cancelHeldOperation(call, operation) ? null : MOVED_ON
  }
  catch (error) {
    if (error instanceof AppError && (error.code === 'conflict' || error.code === 'not_found')) return error.message
    throw error
  }
}
