import type { SafeMode } from '#shared/schemas/identity.ts'
import { differingPart, type FingerprintReading, type KnownIdentity, type SeenIdentity, type WitnessReading } from '../../engine/identity/decide-identity.ts'
import { compareFingerprints } from '../../engine/identity/fingerprint.ts'

type Line = SafeMode['compared'][number]

/** What was stored beside what is seen now, line by line. Without a panel only our own database can be compared. */
export function describeComparison(known: KnownIdentity, seen: SeenIdentity | null, runningMark: string | null): Line[] {
  const mark = { what: 'Berth\'s database', stored: known.databaseMark, seen: runningMark, isSame: known.databaseMark === null || runningMark === null ? null : differingPart(known.databaseMark, runningMark) === null }
  const origin = { what: 'Address of the panel', stored: known.origin || null, seen: seen?.origin ?? null, isSame: seen && known.origin ? known.origin === seen.origin : null }
  return [origin, ...(known.witness ? [compareWitness(known.witness, seen?.witness ?? null)] : []), compareNames(known, seen?.fingerprint ?? null), mark]
}

function compareWitness(known: NonNullable<KnownIdentity['witness']>, seen: WitnessReading | null): Line {
  const isSame = seen?.type === 'found' ? !seen.isAdmin && seen.userId === known.userId && (seen.counter === known.counter || seen.counter === known.pending) : seen?.type === 'absent' ? false : null
  return { what: 'Witness user', stored: `User ${known.userId}, count ${known.counter}`, seen: sayWitness(seen), isSame }
}

function sayWitness(seen: WitnessReading | null): string | null {
  if (seen === null || seen.type === 'unavailable') return null
  if (seen.type === 'absent') return 'No such user'
  if (seen.type === 'forbidden') return 'The token may not read it'
  return `User ${seen.userId}, ${seen.counter === null ? 'under another name' : `count ${seen.counter}`}`
}

function compareNames({ fingerprint: known }: KnownIdentity, seen: FingerprintReading | null): Line {
  const what = 'Packages and hypervisor groups'
  const count = known ? Object.keys(known.groups ?? {}).length + Object.keys(known.packages ?? {}).length : 0
  const stored = known ? `${count} known` : null
  if (seen?.type === 'forbidden') return { what, stored, seen: 'The token may not read them', isSame: null }
  if (seen?.type !== 'read') return { what, stored, seen: null, isSame: null }
  if (!known) return { what, stored, seen: 'Readable now, not before', isSame: null }
  const compared = compareFingerprints(known, seen.fingerprint)
  return { what, stored, seen: `${compared.kept} of ${compared.known} still there under their names`, isSame: compared.known === 0 ? null : compared.kept === compared.known }
}
