import type { Candidate } from '#shared/schemas/operations.ts'
import { knownBefore, type Baseline } from '../../engine/create/baseline.ts'
import type { StoredCandidate } from '../../engine/create/find-candidates.ts'
import type { CreateMemory } from '../../engine/create/memory.ts'
import { describeDifference } from '../../messages/en/operation-events.ts'
import { judgeAdoption } from './judge-decision.ts'

interface Known {
  memory: Pick<CreateMemory, 'ownerId'> & Baseline
  /** The reference of the server of ours that it stands for already. */
  boundTo: string | null
  /** The reference of the one that has its number, where that is known. */
  holder?: string | null
  /** As the panel's list names it; null where it names none. */
  ownerId: number | null
}

/** A remote server in the contract's form, with whether it may be adopted. */
export function toCandidate({ id, uuid, name, created, memoryMb, storageGb, cpuCores, ipv4, differences }: StoredCandidate, { memory, boundTo, holder = null, ownerId }: Known): Candidate {
  const other = differences.find(({ code }) => code === 'owner')
  const expected = memory.ownerId ?? 0
  const actual = typeof other?.actual === 'number' ? other.actual : other ? null : ownerId ?? expected
  const refusal = judgeAdoption({
    virtfusionServerId: id, owner: { expected, actual }, wasThere: knownBefore(memory)({ id, uuid }), boundTo, holder,
    isNumberHeld: differences.some(({ code }) => code === 'number_held'), isReadable: differences.every(({ code }) => code !== 'unread'),
  })
  return {
    virtfusionServerId: id, virtfusionUuid: uuid, name, createdAt: toMoment(created), memoryMb, storageGb, cpuCores, ipv4,
    differences: differences.map((difference) => ({ ...difference, text: describeDifference(difference) })),
    canAdopt: refusal === null,
    refusal: refusal?.detail ?? null,
  }
}

/** The panel's time in our form; null for one that is no time. */
function toMoment(time: string | null): string | null {
  const parsed = new Date(time ?? Number.NaN)
  return Number.isNaN(parsed.getTime()) ? null : parsed.toISOString()
}
