import type { AlarmBrief } from '#shared/schemas/safety.ts'
import type { Call } from '../../context.ts'
import { HELD } from '../../engine/harm/held-operations.ts'

/** Whether an alarm waits for a decision, for the banner on every page. */
export async function getOpenAlarm({ db }: Call): Promise<AlarmBrief> {
  const alarm = await db.harmAlarm.findFirst({ where: { decidedAt: null }, select: { id: true, createdAt: true } })
  if (!alarm) return { alarm: null }
  return { alarm: { id: alarm.id, createdAt: alarm.createdAt.toISOString(), heldCount: await db.operation.count({ where: HELD }) } }
}
