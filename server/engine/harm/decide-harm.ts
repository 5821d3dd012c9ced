import { allowedHarm, isHarmful, type HarmLimits } from '#shared/lifecycle/harm.ts'
import type { OperationKind } from '#shared/lifecycle/operations.ts'

/** What the rule below looks at. */
export interface HarmFacts {
  kind: OperationKind
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

/** Whether an operation that has no place yet may do harm now. Who asked for it plays no part. */
export function decideHarm({ kind, isApproved, isAlarmOpen, letThroughLastHour, fleet, settings }: HarmFacts): HarmDecision {
  if (!isHarmful(kind) || isApproved) return 'pass'
  if (isAlarmOpen) return 'hold'
  return letThroughLastHour < allowedHarm(settings, fleet) ? 'pass' : 'alarm'
}
