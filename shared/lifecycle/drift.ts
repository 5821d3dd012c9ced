import { no, yes, type Verdict } from './verdict.ts'

/** What is compared between plan, our record and the panel. `identity` is the remote server itself, by its uuid. */
export const DRIFT_FIELDS = ['memoryMb', 'storageGb', 'cpuCores', 'trafficGb', 'name', 'owner', 'suspension', 'identity'] as const
export type DriftField = (typeof DRIFT_FIELDS)[number]

export const SIZE_FIELDS = ['memoryMb', 'storageGb', 'cpuCores', 'trafficGb'] as const
export type SizeField = (typeof SIZE_FIELDS)[number]

/** Sizes that the panel's API can set one by one. */
export const PUSHED_SIZES = ['memoryMb', 'cpuCores', 'trafficGb'] as const satisfies readonly SizeField[]
export type PushedSize = (typeof PUSHED_SIZES)[number]

/** `ignored` holds for the value that was ignored; `gone`: the difference went away by itself. */
export const FINDING_STATES = ['open', 'ignored', 'taken', 'pushed', 'gone'] as const
export type FindingState = (typeof FINDING_STATES)[number]

/** MB, GB, cores, GB (0 is unlimited); a text for name and identity; the panel's user for the owner; true for a suspended server. */
export type DriftValue = string | number | boolean | null

export const DRIFT_DECISIONS = ['take', 'push', 'ignore'] as const
export type DriftDecision = (typeof DRIFT_DECISIONS)[number]

/** Whether our record may take over what the panel has. */
export function judgeTake(field: DriftField): Verdict {
  if (field === 'identity') return no('Another server answers under this number. Find out which one the customer uses before anything is bound anew.')
  return yes
}

/** Whether what we have may be carried to the panel: where its API has a call for that one thing alone. */
export function judgePush(field: DriftField): Verdict {
  if (field === 'identity') return no('A server can\'t be turned into another one.')
  if (field === 'storageGb') return no('The panel\'s API can\'t change the size of a disk, and none can be made smaller. Change it at the panel; the difference then goes away by itself.')
  return yes
}

/** One finding's verdicts, as the screen greys out and the domain refuses. */
export function judgeDecision(field: DriftField, state: FindingState, decision: DriftDecision): Verdict {
  if (state !== 'open' && !(state === 'ignored' && decision !== 'ignore')) return no('This difference is settled already.')
  if (decision === 'ignore') return yes
  return decision === 'take' ? judgeTake(field) : judgePush(field)
}
