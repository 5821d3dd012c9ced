import type { Operation } from '../generated/prisma/client.ts'
import { decideTransition, type Transition } from './decide-transition.ts'
import { concluded, readDiagnosis } from './diagnosis.ts'
import { followUp } from './follow-up.ts'
import { FACT_TRIES, factPause } from './insist.ts'
import { keepLease } from './lease.ts'
import { attention, wait, type Outcome } from './outcome.ts'
import { findHold } from './panel-gate.ts'
import { openPanel } from './panel-port.ts'
import { LeaseLostError, SafeModeError, TooLateError, type Engine, type Lease, type Standing } from './ports.ts'
import { memoryOf, type Heard, type OfflineRun, type Subject, type Turn } from './run.ts'
import { findOfflineStep, findStep } from './steps/index.ts'
import type { Write } from './writes.ts'

/** Claims without any progress after which an operation is taken out of the way. */
const POISON_CLAIMS = 5
const UNCONFIGURED_MS = 10_000
const SAFE_MODE_MS = 15_000
const DEFECT_MS = 5_000
const HELD_UP_MS = 1_000

interface Work { engine: Engine, lease: Lease, now(): Date, claims: number }

/**
 * Takes one operation as far as it goes now: step after step until it waits, stands in front of a person, or is over. Safe to call at
 * any time, by any worker, any number of times.
 * @throws what the store throws: the queue calls again
 */
export async function advanceOperation(engine: Engine, operationId: string): Promise<void> {
  const { store, clock, log } = engine
  const claimedAt = clock.monotonicMs()
  const claim = await store.claim(operationId)
  if (claim.type === 'over') return
  if (claim.type === 'later') return store.schedule(operationId, claim.at)
  const now = () => new Date(claim.now.getTime() + clock.monotonicMs() - claimedAt)
  const stop = keepLease(engine, claim.lease)
  try {
    await work({ engine, lease: claim.lease, now, claims: claim.claims }, claim.standing)
  }
  catch (error) {
    if (!(error instanceof LeaseLostError)) throw error
    log.warn({ operationId }, 'operation went to another worker')
  }
  finally {
    stop()
  }
}

async function work(held: Work, claimed: Standing): Promise<void> {
  const { engine, lease, now, claims } = held
  const turn: Turn = { intent: null, heard: [], owner: null }
  for (let standing = claimed, isResumed = true; ; isResumed = false) {
    const { operation: before, server, gate } = standing
    const startedAt = engine.clock.monotonicMs()
    const outcome = claims > POISON_CLAIMS && isResumed
      ? attention(concluded('poison', { claims: POISON_CLAIMS }))
      : await runStep({ engine, now, operation: before, server, lease, gate, isResumed, turn })
    const intendedAt = engine.clock.monotonicMs()
    const stored = await store(held, { before: turn.owner === null ? before : { ...before, ownerLock: turn.owner }, server, outcome, heard: turn.heard })
    turn.heard = []
    turn.owner = null
    const { transition, standing: { operation: after } } = stored
    // Only now, with the attempt's row confirmed, there is a right to send; its time counts from before it was written.
    turn.intent = transition.step === 'send' && outcome.intent !== undefined ? { attemptId: outcome.intent, at: intendedAt } : null
    // A look that brought nothing new is no news for the log either.
    engine.log[transition.events.length > 0 ? 'info' : 'debug']({
      operationId: after.id, requestId: after.requestId, kind: after.kind, step: before.step, to: after.step, outcome: outcome.type, state: after.state,
      ...(transition.diagnosis ? { diagnosis: transition.diagnosis.code } : {}), durationMs: Math.round(engine.clock.monotonicMs() - startedAt),
    }, 'operation step')
    if (!transition.goesOn) return
    // Between the intent and its send nobody hands over: whoever came after would have to take the send for done.
    if (engine.stopping.aborted && after.step !== 'send') return engine.store.handOver(lease)
    standing = stored.standing
  }
}

async function runStep(run: OfflineRun): Promise<Outcome> {
  const { engine, operation, server } = run
  try {
    const offline = findOfflineStep(operation, server)
    if (offline) return await offline(run)
    const step = findStep(operation.kind, operation.step)
    if (!step) return attention(concluded('defect'))
    const client = await engine.client()
    if (!client) return wait(UNCONFIGURED_MS, concluded('panel_unconfigured'))
    // What this turn has written down as about to be sent is sent or closed, whatever has come in between.
    const hold = run.turn.intent ? null : await findHold(engine.store, run)
    if (hold) return hold
    const scope = { engine, lease: run.lease, heard: run.turn.heard, operationId: operation.id, serverId: server.id, attempt: operation.attempt + 1, requestId: operation.requestId }
    return await step({ ...run, panel: openPanel(client, scope) })
  }
  catch (error) {
    if (error instanceof LeaseLostError) {
      const heard = toWrites(run.turn.heard, engine)
      if (heard.length > 0) await engine.store.writeFacts(operation, server, heard)
      throw error
    }
    if (error instanceof SafeModeError) return inSafeMode()
    if (error instanceof TooLateError) return wait(HELD_UP_MS, undefined, { event: { code: 'not_sent' } })
    engine.log.error({ err: error, operationId: operation.id, requestId: operation.requestId, kind: operation.kind, step: operation.step }, 'operation step failed')
    return wait(DEFECT_MS, concluded('defect'), { isDefect: true })
  }
}

const inSafeMode = (): Outcome => wait(SAFE_MODE_MS, concluded('safe_mode'), { freesOwner: true })

interface Told { before: Operation, server: Subject, outcome: Outcome, heard: readonly Heard[] }
interface Stored { standing: Standing, transition: Transition }

/** Writes what a step led to. A fact that the panel told us outlives a lost lease and a database that is away for a moment. */
async function store(held: Work, told: Told): Promise<Stored> {
  const { engine, lease } = held
  const { before, server, outcome } = told
  for (let tries = 1; ; tries++) {
    const transition = decideTransition(factsOf(before), outcome, { now: held.now(), random: engine.random.next() })
    try {
      const standing = await engine.store.write({
        lease, before, server, transition,
        writes: [...toWrites(told.heard, engine), ...outcome.facts ?? [], ...outcome.writes ?? [], ...(transition.isFinal ? [{ type: 'attempts-lost' as const }] : []), ...followUp({ operation: before, server, transition })],
        freesOwner: outcome.freesOwner === true,
        isOrderly: !(outcome.type === 'wait' && outcome.isDefect === true),
      })
      return { standing, transition }
    }
    catch (error) {
      if (error instanceof SafeModeError) return store(held, { ...told, outcome: inSafeMode() })
      if (error instanceof LeaseLostError) {
        // The operation belongs to somebody else now; what is certain is stored all the same.
        const facts = [...toWrites(told.heard, engine), ...outcome.facts ?? []]
        if (facts.length > 0) await engine.store.writeFacts(before, server, facts)
        throw error
      }
      if (!outcome.facts && told.heard.every(({ type }) => type !== 'attempt-completed')) throw error
      if (tries >= FACT_TRIES) throw error
      engine.log.error({ err: error, operationId: before.id, tries }, 'what the panel answered is not stored yet')
      await engine.clock.sleep(factPause(tries))
    }
  }
}

function toWrites(heard: readonly Heard[], { clock }: Engine): Write[] {
  const now = clock.monotonicMs()
  return heard.map((one) => (one.type !== 'call' ? one : { type: 'call-made', call: { attempt: one.attempt, ending: one.ending, beganMsAgo: Math.round(now - one.beganAt) } }))
}

function factsOf(operation: Operation) {
  const { kind, state, step, attempt, maxAttempts } = operation
  return { kind, state, step, attempt, maxAttempts, memory: memoryOf(operation), diagnosisCode: readDiagnosis(operation.diagnosis)?.code ?? null }
}
