import type { Operation, Prisma } from '../generated/prisma/client.ts'
import type { Outcome } from './outcome.ts'
import type { EnginePanel } from './panel-port.ts'
import type { AttemptEnding, Engine, Gate, Lease, NewAttempt } from './ports.ts'
import type { Write } from './writes.ts'

export const SUBJECT = {
  include: { customer: { select: { id: true, name: true, email: true, virtfusionUserId: true, virtfusionExtRelationId: true, disabledAt: true } } },
} satisfies Prisma.ServerDefaultArgs

/** The server that an operation is about, as the row stands at the beginning of a step. */
export type Subject = Prisma.ServerGetPayload<typeof SUBJECT>

/** The right to send one create, held in this process only: whoever finds an intent without it must not send. `at` is on the process's own clock, in ms. */
export interface Intent { attemptId: string, at: number }

/** What the panel told and no transition has stored yet; `beganAt` is on the process's own clock, in ms. */
export type Heard = Extract<Write, { type: 'seen' | 'attempt-completed' }> | { type: 'call', attempt: NewAttempt, ending: AttemptEnding, beganAt: number }

/** What one turn knows beside the rows. `heard` goes with the next transition, whatever that is; `owner` is the one that the step has taken, which the row as it was read does not say. */
export interface Turn { intent: Intent | null, heard: Heard[], owner: number | null }

/** One worker's turn with one operation: what a step gets. */
export interface Run {
  engine: Engine
  /** The store's time, carried on by the process's own pace since the claim. */
  now(): Date
  operation: Operation
  server: Subject
  panel: EnginePanel
  lease: Lease
  /** What stood in the way of calls when the step began. */
  gate: Gate
  /** True in the first step of a turn: an earlier turn may have ended in the middle of it. */
  isResumed: boolean
  /** Survives from step to step of the same turn, never a restart. */
  turn: Turn
}

/** The same without a panel: for what Berth decides alone. */
export type OfflineRun = Omit<Run, 'panel'>

export type OfflineStep = (run: OfflineRun) => Promise<Outcome>
export type Step = (run: Run) => Promise<Outcome>
export type Steps = Readonly<Record<string, Step>>

/** The diagnosis of an order that waits for its turn with the owner. */
export const WAITING_FOR_OWNER = 'waiting_for_owner'

/** The diagnosis of an order that is not sent because its customer was switched off. */
export const CUSTOMER_DISABLED = 'customer_disabled'

/** The diagnosis of an order that the panel has put off for half an hour: certainly nothing was made. */
export const CREATE_PUT_OFF = 'create_put_off'

/** Cause of an operation with which the sweep makes a suspension again that was lifted at the panel. */
export const SUSPENSION_ENFORCED = 'suspension_enforced'

/** The operation's memory as a plain object. */
export function memoryOf(operation: Pick<Operation, 'memory'>): Prisma.JsonObject {
  const { memory } = operation
  return typeof memory === 'object' && memory !== null && !Array.isArray(memory) ? memory : {}
}
