import { z } from 'zod'

/** What is wrong with a remote server as an answer to "is this the one that was ordered?", as codes with what was expected and found. */
export const DifferenceSchema = z.object({
  code: z.enum(['owner', 'group', 'memory', 'storage', 'cpu_cores', 'traffic', 'built', 'older', 'unread', 'number_held']),
  expected: z.union([z.string(), z.number()]).nullable(),
  actual: z.union([z.string(), z.number()]).nullable(),
})
export type Difference = z.output<typeof DifferenceSchema>

export const StoredCandidateSchema = z.object({
  id: z.number().int().positive(),
  uuid: z.string(),
  name: z.string(),
  created: z.string().nullable(),
  memoryMb: z.number().nullable(),
  storageGb: z.number().nullable(),
  cpuCores: z.number().nullable(),
  ipv4: z.array(z.string()),
  differences: z.array(DifferenceSchema),
})
export type StoredCandidate = z.output<typeof StoredCandidateSchema>

/** A remote server as far as it could be read. */
export interface SeenServer extends Omit<StoredCandidate, 'differences'> {
  ownerId: number | null
  groupId: number | null
  commissionStatus: number | null
  built: string | null
  /** False when only the owner's list could be read, which tells neither age nor group. */
  isDetailed: boolean
}

/** What the ordered server must look like; null is not compared. */
export interface Expected {
  /** Null where nobody knows it: then no server is theirs. */
  ownerId: number | null
  groupId: number
  memoryMb: number | null
  storageGb: number | null
  cpuCores: number | null
  /** False where the token may not read the package: then a person has to compare. */
  areSizesKnown: boolean
  /** By the panel's own clock. */
  bornAfter: Date | null
}

/** Times of the panel are whole seconds, and its clock may step a little between two answers. */
const CLOCK_SLACK_MS = 2 * 60_000

interface Look {
  /** The owner's servers that are new, and nobody's. */
  seen: readonly SeenServer[]
  /** Numbers that a row of ours still has for a server that is gone. */
  held: ReadonlySet<number>
  expected: Expected
}

/** How each of these servers differs from the ordered one. One without differences is a clean match. Pure. */
export function findCandidates({ seen, held, expected }: Look): StoredCandidate[] {
  return seen.map(({ ownerId, groupId, commissionStatus, built, isDetailed, ...kept }) =>
    ({ ...kept, differences: compare({ ownerId, groupId, commissionStatus, built, isDetailed, ...kept }, expected, held.has(kept.id)) }))
}

/** As a memory keeps them. */
export const keepCandidates = (candidates: readonly StoredCandidate[]) => candidates.map((candidate) => ({ ...candidate, differences: candidate.differences.map((difference) => ({ ...difference })) }))

export const isClean = (candidate: Pick<StoredCandidate, 'differences'>) => candidate.differences.length === 0

function compare(seen: SeenServer, expected: Expected, isNumberHeld: boolean): Difference[] {
  const differences: Difference[] = []
  const add = (code: Difference['code'], wanted: Difference['expected'], actual: Difference['actual']) => { differences.push({ code, expected: wanted, actual }) }
  if (!seen.isDetailed || !expected.areSizesKnown) add('unread', null, null)
  if (expected.ownerId === null || seen.ownerId !== expected.ownerId) add('owner', expected.ownerId, seen.ownerId)
  if (seen.isDetailed && seen.groupId !== expected.groupId) add('group', expected.groupId, seen.groupId)
  if (isOther(expected.memoryMb, seen.memoryMb)) add('memory', expected.memoryMb, seen.memoryMb)
  if (isOther(expected.storageGb, seen.storageGb)) add('storage', expected.storageGb, seen.storageGb)
  if (isOther(expected.cpuCores, seen.cpuCores)) add('cpu_cores', expected.cpuCores, seen.cpuCores)
  if (seen.commissionStatus !== 0 || seen.built !== null) add('built', null, seen.built)
  if (isNumberHeld) add('number_held', null, seen.id)
  if (seen.isDetailed && isTooOld(seen.created, expected.bornAfter)) add('older', expected.bornAfter?.toISOString() ?? null, seen.created)
  return differences
}

/** A size that is expected must be there and be equal: what can't be read is no match. */
const isOther = (wanted: number | null, actual: number | null) => wanted !== null && wanted !== actual

function isTooOld(created: string | null, bornAfter: Date | null): boolean {
  if (bornAfter === null) return false
  const time = created === null ? Number.NaN : Date.parse(created)
  return Number.isNaN(time) || time < bornAfter.getTime() - CLOCK_SLACK_MS
}
