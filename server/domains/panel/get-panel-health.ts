import type { PanelHealth } from '#shared/schemas/panel.ts'
import type { Call } from '../../context.ts'
import { daysUntil } from '../../engine/decide-panel-health.ts'
import { summarizeHour } from './summarize-hour.ts'

const HOUR_MS = 3_600_000

/** The last hour of the connection in force, and what the watch last learnt of clock and certificate. Asks the database only. */
export async function getPanelHealth({ db, panel, now: clock }: Call): Promise<PanelHealth> {
  const now = clock()
  const client = await panel.client()
  const [health, minutes] = await Promise.all([
    db.panelHealth.findUnique({ where: { id: 'default' }, select: { clockDifferenceSeconds: true, certificateValidTo: true } }),
    client ? db.panelMinute.findMany({ where: { connection: client.origin, minute: { gt: new Date(now.getTime() - HOUR_MS) } } }) : [],
  ])
  const known = client ? health : null
  return {
    ...summarizeHour(minutes, now),
    clockDifferenceSeconds: known?.clockDifferenceSeconds ?? null,
    certificateDaysLeft: known?.certificateValidTo ? daysUntil(known.certificateValidTo, now) : null,
  }
}
