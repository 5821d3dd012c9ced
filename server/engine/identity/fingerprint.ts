import { z } from 'zod'

/** Numbers of the panel's hypervisor groups and packages with their names. A list that the token may not read is null. */
const NamesSchema = z.record(z.string(), z.string()).nullable()
const FingerprintSchema = z.object({ groups: NamesSchema, packages: NamesSchema })
export type Fingerprint = z.infer<typeof FingerprintSchema>

/** A fingerprint as a row holds it; null for none. */
export function readFingerprint(stored: unknown): Fingerprint | null {
  const parsed = FingerprintSchema.safeParse(stored)
  return parsed.success ? parsed.data : null
}

export function namesOf(rows: readonly { id: number, name: string }[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ id, name }) => [String(id), name]))
}

/** How many of the known numbers the panel still has under their names. Only lists count that were read then and now. */
export function compareFingerprints(known: Fingerprint, seen: Fingerprint): { known: number, kept: number } {
  const pairs = [[known.groups, seen.groups], [known.packages, seen.packages]] as const
  let [total, kept] = [0, 0]
  for (const [before, now] of pairs) {
    if (before === null || now === null) continue
    for (const [id, name] of Object.entries(before)) {
      total += 1
      if (now[id] === name) kept += 1
    }
  }
  return { known: total, kept }
}

/** What is known from now on: a list that could not be read this time stays as it was. */
export function updateFingerprint(known: Fingerprint | null, seen: Fingerprint): Fingerprint {
  return { groups: seen.groups ?? known?.groups ?? null, packages: seen.packages ?? known?.packages ?? null }
}
