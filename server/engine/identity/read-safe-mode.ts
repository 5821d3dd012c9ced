import type { Db } from '../../context.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { concluded, readDiagnosis } from '../diagnosis.ts'

export interface SafeMode { since: Date, reason: DiagnosisRecord }

/** The code under which changes wait only until the panel was looked at; safe mode itself has a reason of its own. */
const UNCHECKED = 'identity_unchecked'

/** A panel whose lists can't be read for longer than this must not hold everything up. */
const LONGEST_HOLD_SECONDS = 120

/**
 * Whether Berth only reads at the moment, and why; null while changes may be sent. One query, for every change asks. A panel that came
 * back after it was last looked at counts as well: it may have been put back to an older state meanwhile, and is looked at within seconds.
 */
export async function readSafeMode(db: Db): Promise<SafeMode | null> {
  const [row] = await db.$queryRaw<{ since: Date | null, reason: unknown, back_at: Date | null }[]>`
    select i.safe_mode_since as since, i.safe_mode_reason as reason,
      case when h.is_reachable and h.changed_at > i.updated_at and h.changed_at > now() - make_interval(secs => ${LONGEST_HOLD_SECONDS}) then h.changed_at end as back_at
    from panel_identity i left join panel_health h on h.id = 'default' where i.id = 'default'`
  if (row?.since) return { since: row.since, reason: readDiagnosis(row.reason) ?? concluded('safe_mode') }
  return row?.back_at ? { since: row.back_at, reason: concluded(UNCHECKED) } : null
}

/** What an operation that waits for it says. */
export function safeModeDiagnosis({ reason }: SafeMode): DiagnosisRecord {
  return concluded(reason.code === UNCHECKED ? UNCHECKED : 'safe_mode')
}
