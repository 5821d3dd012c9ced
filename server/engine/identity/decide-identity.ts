import { compareFingerprints, type Fingerprint } from './fingerprint.ts'

/** What was stored when the panel was last known to be ours. */
export interface KnownIdentity {
  origin: string
  /** Null while Berth keeps no witness, or has not made it yet. `pending` is a counter whose writing was begun and not confirmed. */
  witness: { userId: number, counter: number, pending: number | null } | null
  fingerprint: Fingerprint | null
  databaseMark: string | null
}

export type WitnessReading =
  | { type: 'found', userId: number, counter: number | null, isAdmin: boolean }
  /** The panel itself said that there is no such user. */
  | { type: 'absent' }
  | { type: 'forbidden' }
  | { type: 'unavailable' }

export type FingerprintReading = { type: 'read', fingerprint: Fingerprint } | { type: 'forbidden' } | { type: 'unavailable' }

/** What was just read. The witness is null when nothing was looked for. */
export interface SeenIdentity {
  origin: string
  witness: WitnessReading | null
  fingerprint: FingerprintReading
  databaseMark: string | null
}

type Params = { readonly [Name in 'expected' | 'found' | 'from' | 'to' | 'part' | 'known' | 'kept']?: string | number | null }
export type DoubtCode = 'panel_is_another' | 'panel_was_restored' | 'fingerprint_changed' | 'panel_unproven' | 'database_was_restored'
/** Whether the doubt is that it may be another panel, and not an older state of the same one or of our own database. */
export const isAboutOther = (code: DoubtCode) => code !== 'panel_was_restored' && code !== 'database_was_restored'
export interface Doubt { code: DoubtCode, params: Params }

export type IdentityVerdict =
  | { type: 'same', by: 'witness' | 'fingerprint' }
  /** `panel_unavailable`: ask again soon. `panel_not_readable`: this token shows nothing that could be compared. */
  | { type: 'unknown', code: 'panel_unavailable' | 'panel_not_readable' }
  | { type: 'doubt' } & Doubt

/**
 * Whether the panel is the one that our servers are bound to, and neither it nor our own database was put back to an older state. A
 * witness says more than the fingerprint: it counts alone where it can be read. What can't be read is no reason to doubt, unless the
 * address is another one: then sameness has to be shown.
 */
export function decideIdentity(known: KnownIdentity, seen: SeenIdentity): IdentityVerdict {
  const part = differingPart(known.databaseMark, seen.databaseMark)
  if (part) return doubt('database_was_restored', { part })
  return judgeWitness(known, seen.witness) ?? judgeFingerprint(known, seen)
}

function judgeWitness({ witness: known }: KnownIdentity, seen: WitnessReading | null): IdentityVerdict | null {
  if (!known || seen === null || seen.type === 'forbidden' || seen.type === 'unavailable') return null
  if (seen.type === 'absent') return doubt('panel_is_another', { expected: known.userId, found: null })
  if (seen.userId !== known.userId || seen.isAdmin) return doubt('panel_is_another', { expected: known.userId, found: seen.userId })
  if (seen.counter !== null && seen.counter < known.counter) return doubt('panel_was_restored', { expected: known.counter, found: seen.counter })
  if (seen.counter !== null && seen.counter > Math.max(known.counter, known.pending ?? 0)) {
    return doubt('database_was_restored', { part: 'counter', expected: known.counter, found: seen.counter })
  }
  return { type: 'same', by: 'witness' }
}

function judgeFingerprint(known: KnownIdentity, seen: SeenIdentity): IdentityVerdict {
  const isMoved = known.origin !== seen.origin
  const moved = { from: known.origin, to: seen.origin }
  if (seen.fingerprint.type !== 'read') {
    if (isMoved) return doubt('panel_unproven', moved)
    return { type: 'unknown', code: seen.fingerprint.type === 'unavailable' ? 'panel_unavailable' : 'panel_not_readable' }
  }
  const compared = known.fingerprint ? compareFingerprints(known.fingerprint, seen.fingerprint.fingerprint) : { known: 0, kept: 0 }
  if (isMoved) {
    if (compared.known === 0) return doubt('panel_unproven', moved)
    // Names change in normal life, but hardly together with the address.
    return compared.kept === compared.known ? { type: 'same', by: 'fingerprint' } : doubt('panel_is_another', { ...moved, ...compared })
  }
  return compared.kept * 2 < compared.known ? doubt('fingerprint_changed', compared) : { type: 'same', by: 'fingerprint' }
}

const PARTS = ['cluster', 'timeline', 'database', 'table'] as const

/** Which part of two database marks is not the same; null when all are, or when one of them is not known. */
export function differingPart(stored: string | null, running: string | null): (typeof PARTS)[number] | null {
  if (stored === null || running === null) return null
  const [before, now] = [stored.split(':'), running.split(':')]
  return PARTS.find((_, index) => before[index] !== now[index]) ?? null
}

const doubt = (code: DoubtCode, params: Params): IdentityVerdict => ({ type: 'doubt', code, params })
