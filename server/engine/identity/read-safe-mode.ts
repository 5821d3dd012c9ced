import type { Db } from '../../context.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { concluded, readDiagnosis } from '../diagnosis.ts'

export interface SafeMode { since: Date, reason: DiagnosisRecord }

/** The code under which changes wait only until the panel was looked at; safe mode itself has a reason of its own. */
const UNCHECKED = 'identity_unchecked'

/** A panel whose lists can't be read for longer than this must not hold everything up. */
const LONGEST_HOLD_SECONDS = 120

/**
 * What safe mode is read from, for statements that read it beside other things: `i` is the panel's identity, `h` its health. A panel that
 * came back after it was last looked at counts as well: it may have been put back to an older state meanwhile, and is looked at within seconds.
 */
export const SAFE_MODE_COLUMNS = `i.safe_mode_since, i.safe_mode_reason,
  case when h.is_reachable and h.changed_at > i.updated_at and abs(extract(epoch from now() - h.changed_at)) < ${LONGEST_HOLD_SECONDS} then h.changed_at end as panel_back_at`
export const SAFE_MODE_TABLES = `(panel_identity i full join panel_health h on h.id = i.id)`

/** Whether Berth only reads at the moment, and why; null while changes may be sent. One query, for every change asks. */
export async function readSafeMode(db: Db): Promise<SafeMode | null> {
  const [row] = await db.$queryRaw<Record<string, unknown>[]>(Prisma.raw(`select ${SAFE_MODE_COLUMNS} from ${SAFE_MODE_TABLES}`))
  return row ? safeModeOf(row) : null
}

/** The same from a row with those columns. */
export function safeModeOf({ safe_mode_since: since, safe_mode_reason: reason, panel_back_at: backAt }: Record<string, unknown>): SafeMode | null {
  if (since instanceof Date) return { since, reason: readDiagnosis(reason) ?? concluded('safe_mode') }
  return backAt instanceof Date ? { since: backAt, reason: concluded(UNCHECKED) } : null
}

/** What an operation that waits for it says. */
export function safeModeDiagnosis({ reason }: SafeMode): DiagnosisRecord {
  return concluded(reason.code === UNCHECKED ? UNCHECKED : 'safe_mode')
}

/** When a person last left safe mode; null while nobody has. What was so before may be otherwise at a panel that was put back. */
export async function readSafeModeLeft(db: Db): Promise<Date | null> {
  return (await db.panelIdentity.findFirst({ select: { safeModeLeftAt: true } }))?.safeModeLeftAt ?? null
}
