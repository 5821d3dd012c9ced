import type { Db } from '../../context.ts'
import { HELD } from '../../engine/harm/held-operations.ts'
import { lockHarm, readHarmUse } from '../../engine/harm/harm-store.ts'
import { conflict, notFound } from '../../errors.ts'

/** Takes the lock under which harm is counted and decided. @throws AppError not_found, conflict when the alarm is over */
export async function holdOpenAlarm(tx: Db, alarmId: string): Promise<void> {
  await lockHarm(tx)
  await requireOpenAlarm(tx, alarmId)
}

/** @throws AppError not_found, conflict when the alarm is over */
export async function requireOpenAlarm(db: Db, alarmId: string): Promise<void> {
  const alarm = await db.harmAlarm.findUnique({ where: { id: alarmId }, select: { decidedAt: true } })
  if (!alarm) throw notFound()
  if (alarm.decidedAt) throw conflict('Somebody else decided on this alarm a moment ago. Load the page again.', 'alarm_decided')
}

interface Decision { alarmId: string, decision: 'confirmed' | 'cancelled', reason: string, decidedById: string }

/**
 * Ends the alarm once nothing is left to decide; counting begins anew from this moment, by the database's clock like all that is counted.
 * What was asked for while somebody decided keeps it open: nobody has seen that yet. One that somebody else has ended stays theirs.
 */
export async function closeWhenDecided(tx: Db, { alarmId, decision, reason, decidedById }: Decision): Promise<boolean> {
  if (await tx.operation.count({ where: HELD }) > 0) return false
  const { now } = await readHarmUse(tx)
  await tx.harmAlarm.updateMany({ where: { id: alarmId, decidedAt: null }, data: { decision, reason, decidedById, decidedAt: now } })
  return true
}
