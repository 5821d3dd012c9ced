import type { Services } from '../context.ts'
import type { measureCall } from './decide-panel-health.ts'

const MINUTE_MS = 60_000
/** Calls closer together than this are written in one go. */
const TOGETHER_MS = 1_000
const KEPT_MS = 24 * 3_600_000

/** Calls of one minute and one connection (the panel's origin). */
interface Tally { minute: Date, connection: string, calls: number, failures: number, durationSumMs: number, durationMaxMs: number }

/** What this process has counted and not written yet, by minute and connection. */
interface Uncounted { tallies: Map<string, Tally>, writtenAt: number }
const uncounted = new WeakMap<Services['db'], Uncounted>()

/** Adds one call to its minute. Nothing to measure adds nothing. What a busy second brings is written together, by its first call or by `writePanelCalls`. */
export async function countPanelCall(services: Pick<Services, 'db' | 'now'>, connection: string, measured: ReturnType<typeof measureCall>): Promise<void> {
  if (!measured) return
  const now = services.now().getTime()
  const own = uncounted.get(services.db) ?? { tallies: new Map<string, Tally>(), writtenAt: 0 }
  uncounted.set(services.db, own)
  const minute = new Date(Math.floor(now / MINUTE_MS) * MINUTE_MS)
  const key = `${minute.getTime()} ${connection}`
  const tally = own.tallies.get(key) ?? { minute, connection, calls: 0, failures: 0, durationSumMs: 0, durationMaxMs: 0 }
  own.tallies.set(key, add(tally, measured))
  if (Math.abs(now - own.writtenAt) >= TOGETHER_MS) await writePanelCalls(services)
}

/** Writes what this process has counted so far. One that dies loses seconds of these figures and nothing else. */
export async function writePanelCalls({ db, now }: Pick<Services, 'db' | 'now'>): Promise<void> {
  const tallies = [...uncounted.get(db)?.tallies.values() ?? []]
  uncounted.set(db, { tallies: new Map(), writtenAt: now().getTime() })
  for (const tally of tallies) await writeTally(db, tally)
}

function add(tally: Tally, { isFailure, durationMs }: NonNullable<ReturnType<typeof measureCall>>): Tally {
  const counted = { ...tally, calls: tally.calls + 1 }
  if (isFailure) return { ...counted, failures: tally.failures + 1 }
  return { ...counted, durationSumMs: tally.durationSumMs + durationMs, durationMaxMs: Math.max(tally.durationMaxMs, durationMs) }
}

/** Several processes count into one row, so the database adds up. */
async function writeTally(db: Services['db'], { minute, connection, calls, failures, durationSumMs, durationMaxMs }: Tally): Promise<void> {
  await db.$executeRaw`
    insert into panel_minutes (minute, connection, calls, failures, duration_sum_ms, duration_max_ms)
    values (${minute}, ${connection}, ${calls}, ${failures}, ${durationSumMs}, ${durationMaxMs})
    on conflict (minute, connection) do update set
      calls = panel_minutes.calls + excluded.calls,
      failures = panel_minutes.failures + excluded.failures,
      duration_sum_ms = panel_minutes.duration_sum_ms + excluded.duration_sum_ms,
      duration_max_ms = greatest(panel_minutes.duration_max_ms, excluded.duration_max_ms)`
}

/** Removes the minutes that are older than a day. */
export async function forgetOldMinutes({ db, now }: Pick<Services, 'db' | 'now'>): Promise<void> {
  await db.panelMinute.deleteMany({ where: { minute: { lt: new Date(now().getTime() - KEPT_MS) } } })
}
