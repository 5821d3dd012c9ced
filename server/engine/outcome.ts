import type { Prisma } from '../generated/prisma/client.ts'
import type { DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import type { Write } from './writes.ts'

/** What a step has learnt: kept in the operation's memory, where later steps find it. A key set to null is forgotten. */
export type Learnt = Record<string, Prisma.InputJsonValue | null>

export interface Happening { code: string, params?: Prisma.InputJsonObject }

interface Extras {
  learnt?: Learnt
  /** A line for the timeline beside the step's own. */
  event?: Happening
  /** Further writes that must stand or fall with this transition: the server's row, a notification. */
  writes?: readonly Write[]
  /** What the panel told us for certain: written even when the lease was lost meanwhile. */
  facts?: readonly Write[]
  /** The attempt whose row this transition writes: from then on this turn, and nobody else, may send it. */
  intent?: string
  /** The owner at the panel may get another create from here on. */
  freesOwner?: boolean
}

/** The small vocabulary in which every step says how it ended. The runner alone knows what to write for each. */
export type Outcome = Extras & (
  | { type: 'next', step: string }
  /**
   * Look again later; nothing went wrong. `ms` may be `backoff`: longer each time, up to a minute, or as long as the panel asks
   * (`retryAfterMs`). With a diagnosis the operation reads as waiting. `stalled`: what a person is told when half an hour of it came to nothing.
   */
  | { type: 'wait', ms: number | 'backoff', diagnosis?: DiagnosisRecord, step?: string, isDefect?: boolean, retryAfterMs?: number | null, stalled?: DiagnosisRecord }
  /** It went wrong in a way that passes: counts as an attempt. Goes on at `step`, not before `retryAfterMs`. */
  | { type: 'retry', diagnosis: DiagnosisRecord, step?: string, retryAfterMs?: number | null }
  | { type: 'fail', diagnosis: DiagnosisRecord }
  /** Stands in front of a person. */
  | { type: 'attention', diagnosis: DiagnosisRecord }
  | { type: 'done', result?: Prisma.InputJsonObject, diagnosis?: DiagnosisRecord }
)

export const next = (step: string, extras: Extras = {}): Outcome => ({ type: 'next', step, ...extras })
export const wait = (ms: number | 'backoff', diagnosis?: DiagnosisRecord, extras: Extras & Pick<Extract<Outcome, { type: 'wait' }>, 'step' | 'isDefect' | 'retryAfterMs' | 'stalled'> = {}): Outcome =>
  ({ type: 'wait', ms, ...(diagnosis ? { diagnosis } : {}), ...extras })
export const retry = (diagnosis: DiagnosisRecord, extras: Extras & { step?: string, retryAfterMs?: number | null } = {}): Outcome => ({ type: 'retry', diagnosis, ...extras })
export const fail = (diagnosis: DiagnosisRecord, extras: Extras = {}): Outcome => ({ type: 'fail', diagnosis, ...extras })
export const attention = (diagnosis: DiagnosisRecord, extras: Extras = {}): Outcome => ({ type: 'attention', diagnosis, ...extras })
export const done = (extras: Extras & { result?: Prisma.InputJsonObject, diagnosis?: DiagnosisRecord } = {}): Outcome => ({ type: 'done', ...extras })
