import { allowedHarm, isHarmful, type HarmLimits } from '#shared/lifecycle/harm.ts'
import type { OperationKind } from '#shared/lifecycle/operations.ts'

/** What the rule below looks at. */
export interface HarmFacts {
  kind: OperationKind
  /** The operation took its place in an earlier turn, and now only goes on. */
  isCounted: boolean
  /** An admin has confirmed this very operation. */
  isApproved: boolean
  isAlarmOpen: boolean
  letThroughLastHour: number
  /** Servers that exist at the panel, as far as we know. */
  fleet: number
  settings: HarmLimits
}

/** `hold`: an alarm stands already, and it waits for the decision. `alarm`: this is the one that goes too far; it waits as well. */
export type HarmDecision = 'pass' | 'hold' | 'alarm'

/** Whether an operation may do harm now. Who asked for it plays no part. */
export function decideHarm({ kind, isCounted, isApproved, isAlarmOpen, letThroughLastHour, fleet, settings }: HarmFacts): HarmDecision {
  if (!isHarmful(kind) || isCounted || isApproved) return 'pass'
  if (isAlarmOpen) return 'hold'
  return letThroughLastHour < allowedHarm(settings, fleet) ? 'pass' : 'alarm'
}
