import type { OperationKind } from './operations.ts'

/** What takes something from a customer: the service, the server, or what is on its disk. A create's own installation is none of them. */
export const HARM_KINDS = ['suspend', 'delete', 'rebuild'] as const satisfies readonly OperationKind[]
export type HarmKind = (typeof HARM_KINDS)[number]

export function isHarmful(kind: OperationKind): kind is HarmKind {
  return HARM_KINDS.some((harmful) => harmful === kind)
}

/** Limits of one hour, as the settings hold them. */
export interface HarmLimits { harmPerHour: number, harmPercentPerHour: number }

/** How many suspensions, deletions and rebuilds an hour may bring: the larger of the number and the share of the fleet, rounded up. */
export function allowedHarm({ harmPerHour, harmPercentPerHour }: HarmLimits, fleet: number): number {
  return Math.max(harmPerHour, Math.ceil(fleet * harmPercentPerHour / 100))
}
