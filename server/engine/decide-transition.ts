import { OPERATION_STEPS, type OperationKind, type OperationState } from '#shared/lifecycle/operations.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import type { DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import { backoff } from './backoff.ts'
import type { Happening, Learnt, Outcome } from './outcome.ts'

/** What the rules below look at. */
export interface OperationFacts {
  kind: OperationKind
  state: OperationState
  step: string
  attempt: number
  maxAttempts: number
  memory: Prisma.JsonObject
  diagnosisCode: string | null
}

export interface Transition {
  state: OperationState
  step: string
  attempt: number
  progress: number
  nextAttemptAt: Date | null
  diagnosis: DiagnosisRecord | null
  memory: Prisma.JsonObject
  isFinal: boolean
  /** The same worker goes on at once. */
  goesOn: boolean
  /** What a finished operation leaves behind. */
  result: Prisma.InputJsonObject | null
  /** Lines for the timeline; none when an operation only looks again. */
  events: Happening[]
}

/** Waits for a panel that does not answer grow to this and no further: it may be back any moment. */
const LONGEST_WAIT_MS = 60_000
/** A server that the panel holds for other work is looked at for about half an hour, and an order that it puts off is sent for as long; then a person hears of it. */
const MOST_BUSY_LOOKS = 35

/** It was looked at for as long, and nothing came of it. */
export const hasStalled = (memory: Prisma.JsonObject): boolean => stallsOf(memory) > MOST_BUSY_LOOKS

/** What the row becomes after a step. Pure: time and chance are given. */
export function decideTransition(before: OperationFacts, outcome: Outcome, { now, random }: { now: Date, random: number }): Transition {
  const own = outcome.event ? [outcome.event] : []
  const memory = remember(before.memory, outcome.learnt ?? {})
  const base = { step: before.step, attempt: before.attempt, progress: progressOf(before.kind, before.step), nextAttemptAt: null, memory, isFinal: false, goesOn: false, result: null }
  switch (outcome.type) {
    case 'next':
      return {
        ...base, state: 'running', step: outcome.step, progress: progressOf(before.kind, outcome.step), diagnosis: null, goesOn: true,
        memory: hasPassed(before, outcome.step) ? remember(memory, { stalls: null, stalledAt: null }) : memory, events: [...own, { code: 'step_begun', params: { step: outcome.step } }],
      }
    case 'wait': return waiting(before, outcome, { ...base, memory }, { now, random, own })
    case 'retry': {
      const attempt = before.attempt + 1
      if (attempt >= before.maxAttempts) return { ...base, attempt, state: 'failed', isFinal: true, diagnosis: outcome.diagnosis, events: [...own, failed(outcome.diagnosis)] }
      const ms = backoff({ attempt, random, retryAfterMs: outcome.retryAfterMs ?? null })
      return {
        ...base, attempt, state: 'waiting', step: outcome.step ?? before.step, nextAttemptAt: after(now, ms), diagnosis: outcome.diagnosis,
        events: [...own, { code: 'retrying', params: { attempt, seconds: Math.round(ms / 1000), diagnosis: told(outcome.diagnosis) } }],
      }
    }
    case 'fail': return { ...base, state: 'failed', isFinal: true, diagnosis: outcome.diagnosis, events: [...own, failed(outcome.diagnosis)] }
    case 'attention':
      return { ...base, state: 'needs_attention', diagnosis: outcome.diagnosis, events: [...own, { code: 'needs_attention', params: { diagnosis: told(outcome.diagnosis) } }] }
    case 'done':
      return { ...base, state: 'succeeded', progress: 100, isFinal: true, diagnosis: outcome.diagnosis ?? null, result: outcome.result ?? null, events: own.length > 0 ? own : [{ code: 'succeeded' }] }
  }
}

function waiting(
  before: OperationFacts,
  outcome: Extract<Outcome, { type: 'wait' }>,
  base: Omit<Transition, 'state' | 'diagnosis' | 'events'>,
  { now, random, own }: { now: Date, random: number, own: Happening[] },
): Transition {
  const looks = stallsOf(before.memory) + 1
  const ms = outcome.ms === 'backoff' ? backoff({ attempt: looks, random, capMs: LONGEST_WAIT_MS, retryAfterMs: outcome.retryAfterMs ?? null }) : outcome.ms
  // A long wait that the panel asks for stands for the looks that would have filled it.
  const stalls = outcome.ms === 'backoff' ? looks - 1 + Math.max(1, Math.round(ms / LONGEST_WAIT_MS)) : 0
  const stalled = outcome.stalled ?? (outcome.diagnosis?.code === 'server_busy' ? outcome.diagnosis : null)
  if (stalls > MOST_BUSY_LOOKS && stalled) {
    return { ...base, state: 'needs_attention', diagnosis: stalled, memory: remember(base.memory, { stalls: null, stalledAt: null }), events: [...own, { code: 'needs_attention', params: { diagnosis: told(stalled) } }] }
  }
  const step = outcome.step ?? before.step
  const diagnosis = outcome.diagnosis ?? null
  const isNews = diagnosis !== null && diagnosis.code !== before.diagnosisCode
  return {
    ...base,
    state: diagnosis ? 'waiting' : 'running',
    step,
    progress: progressOf(before.kind, step),
    nextAttemptAt: after(now, ms),
    diagnosis,
    memory: stalls > 0 ? remember(base.memory, { stalls, stalledAt: furthestStall(before) }) : base.memory,
    events: isNews ? [...own, { code: 'waiting', params: { diagnosis: told(diagnosis) } }] : own,
  }
}

const after = (now: Date, ms: number) => new Date(now.getTime() + ms)
const failed = (diagnosis: DiagnosisRecord): Happening => ({ code: 'failed', params: { diagnosis: told(diagnosis) } })

/** The reason as an event keeps it: in code, so that it can be put into words later. */
const told = ({ code, params }: DiagnosisRecord): Prisma.InputJsonObject => ({ code, params })

/** Whether a step lies beyond the one that was held up: only then is the obstacle behind, for on the way back to it every step works. */
function hasPassed({ kind, memory }: OperationFacts, step: string): boolean {
  const { stalledAt } = memory
  return typeof stalledAt !== 'string' || OPERATION_STEPS[kind].indexOf(step) > OPERATION_STEPS[kind].indexOf(stalledAt)
}

/** Where it was held up, of all places since the obstacle was behind it last: what fails on the way back there takes nothing of the count. */
function furthestStall({ kind, step, memory }: OperationFacts): string {
  const { stalledAt } = memory
  const steps: readonly string[] = OPERATION_STEPS[kind]
  return stallsOf(memory) > 0 && typeof stalledAt === 'string' && steps.indexOf(stalledAt) > steps.indexOf(step) ? stalledAt : step
}

function stallsOf(memory: Prisma.JsonObject): number {
  const { stalls } = memory
  return typeof stalls === 'number' ? stalls : 0
}

/** The memory with what was learnt on top; a null takes the key away. */
export function remember(memory: Prisma.JsonObject, learnt: Learnt): Prisma.JsonObject {
  const isKept = (value: unknown) => value !== null && value !== undefined
  // What is forgotten without having been known changes nothing.
  if (Object.keys(learnt).every((key) => !isKept(learnt[key]) && !(key in memory))) return memory
  const merged = { ...memory, ...learnt }
  return (Object.values(merged).every(isKept) ? merged : Object.fromEntries(Object.entries(merged).filter(([, value]) => isKept(value)))) as Prisma.JsonObject
}

/** How far a step is along the way of its kind, in percent, 99 at most. */
export function progressOf(kind: OperationKind, step: string): number {
  const steps = OPERATION_STEPS[kind]
  return Math.min(99, Math.round(Math.max(0, steps.indexOf(step)) / steps.length * 100))
}
