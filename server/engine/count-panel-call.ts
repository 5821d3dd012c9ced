import type { Services } from '../context.ts'
import type { measureCall } from './decide-panel-health.ts'

const MINUTE_MS = 60_000
const KEPT_MS = 24 * 3_600_000

/** Adds one call to its minute, for the connection (the panel's origin) that it went to. Nothing to measure adds nothing. */
export async function countPanelCall({ db, now }: Pick<Services, 'db' | 'now'>, connection: string, measured: ReturnType<typeof measureCall>): Promise<void> {
  if (!measured) return
  const minute = new Date(Math.floor(now().getTime() / MINUTE_MS) * MINUTE_MS)
  const failures = measured.isFailure ? 1 : 0
  const durationMs = measured.isFailure ? 0 : measured.durationMs
  // Several processes count into one row, so the database adds up.
  await db.$executeRaw`
    insert into panel_minutes (minute, connection, calls, failures, duration_sum_ms, duration_max_ms)
    values (${minute}, ${connection}, 1, ${failures}, ${durationMs}, ${durationMs})
    on conflict (minute, connection) do update set
      calls = panel_minutes.calls + 1,
      failures = panel_minutes.failures + excluded.failures,
      duration_sum_ms = panel_minutes.duration_sum_ms + excluded.duration_sum_ms,
      duration_max_ms = greatest(panel_minutes.duration_max_ms, excluded.duration_max_ms)`
}

/** Removes the minutes that are older than a day. */
export async function forgetOldMinutes({ db, now }: Pick<Services, 'db' | 'now'>): Promise<void> {
  await db.panelMinute.deleteMany({ where: { minute: { lt: new Date(now().getTime() - KEPT_MS) } } })
}
