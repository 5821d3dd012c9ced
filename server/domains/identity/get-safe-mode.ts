import type { SafeMode } from '#shared/schemas/identity.ts'
import type { Call } from '../../context.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import { readDatabaseMark } from '../../engine/identity/database-mark.ts'
import { decideIdentity, differingPart, type KnownIdentity, type SeenIdentity } from '../../engine/identity/decide-identity.ts'
import { loadIdentity } from '../../engine/identity/known-identity.ts'
import { askPanel, readIdentity } from '../../engine/identity/read-identity.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { describeComparison } from '../../messages/en/identity.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { countBindings } from './count-bindings.ts'

/** Why Berth only reads, what that conclusion rests on, and what is bound. Asks the panel only while it is so. */
export async function getSafeMode(call: Call): Promise<SafeMode> {
  const [{ row, known, setting }, bound, client] = await Promise.all([loadIdentity(call.db), countBindings(call.db), call.panel.client()])
  const base = { bound, host: client && hostOf(client.origin), compared: [], failure: null, reason: null, since: null, stopsOperations: false }
  if (!row?.safeModeSince || !known) return base
  const reason = readDiagnosis(row.safeModeReason) ?? { code: 'safe_mode', params: {} }
  const reading = client && await readIdentity(call, client, askPanel(call), setting.keepsWitness ? row.witnessRelation : null)
  const databaseMark = await readDatabaseMark(call.db)
  const unconfigured = { code: 'panel_unconfigured', params: {} }
  const failure = reading ? reading.failure : unconfigured
  return {
    ...base,
    since: row.safeModeSince.toISOString(),
    reason: describeDiagnosis(reason),
    compared: describeComparison(known, reading && reading.seen, databaseMark),
    failure: failure && describeDiagnosis(failure),
    stopsOperations: findRestore(reason, { known, seen: reading && reading.seen, databaseMark }) !== null,
  }
}

const RESTORED = 'database_was_restored'

/** The text that is typed before leaving. */
export const hostOf = (origin: string) => new URL(origin).host

interface Sight { known: KnownIdentity | null, seen: SeenIdentity | null, databaseMark: string | null }

/**
 * Why open operations may have been carried out already: our database was put back; null where nothing says so. It may have been put back
 * while its row said "safe mode" for another reason: that one stands, so what is seen now counts as well.
 */
export function findRestore(entered: DiagnosisRecord, { known, seen, databaseMark }: Sight): DiagnosisRecord | null {
  if (entered.code === RESTORED) return entered
  if (!known) return null
  const part = differingPart(known.databaseMark, databaseMark)
  if (part) return { code: RESTORED, params: { part } }
  const verdict = seen && decideIdentity(known, seen)
  return verdict?.type === 'doubt' && verdict.code === RESTORED ? { code: RESTORED, params: verdict.params } : null
}
