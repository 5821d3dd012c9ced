import { setTimeout as sleep } from 'node:timers/promises'
import type { Services } from '../context.ts'
import { Prisma, type Operation } from '../generated/prisma/client.ts'
import type { CallScope } from './call-panel.ts'
import { decideTransition, type Transition } from './decide-transition.ts'
import { concluded, readDiagnosis } from './diagnosis.ts'
import { claimOperation, keepLease, LeaseLostError, type Lease } from './lease.ts'
import { attention, wait, type Outcome } from './outcome.ts'
import { findPause } from './panel-gate.ts'
import { openPanel } from './panel-port.ts'
import { memoryOf, SUBJECT, type OfflineRun, type Run, type Subject } from './run.ts'
import { scheduleOperation } from './schedule-operation.ts'
import { findOfflineStep, findStep } from './steps/index.ts'
import { writeTransition } from './transition.ts'

/** Claims without any progress after which an operation is taken out of the way. */
const POISON_CLAIMS = 5
const UNCONFIGURED_MS = 10_000
const DEFECT_MS = 5_000
/** How often a fact that the panel told us is tried to be stored; with the pauses about a minute. */
const FACT_TRIES = 15

/**
 * Takes one operation as far as it goes now: step after step until it waits, stands in front of a person, or is over. Safe to call at
 * any time, by any worker, any number of times.
 * @throws what the database throws: the queue calls again
 */
export async function advanceOperation(services: Services, operationId: string): Promise<void> {
  const claim = await claimOperation(services, operationId)
  if (claim.type === 'over') return
  if (claim.type === 'later') return scheduleOperation(services.db, operationId, claim.at)
  const stop = keepLease(services, claim.lease)
  try {
    await work(services, claim.lease, claim.claims)
  }
  catch (error) {
    if (!(error instanceof LeaseLostError)) throw error
    services.log.warn({ operationId }, 'operation went to another worker')
  }
  finally {
    stop()
  }
}

async function work(services: Services, lease: Lease, claims: number): Promise<void> {
  const turn: Run['turn'] = { intent: null }
  let operation = await services.db.operation.findUniqueOrThrow({ where: { id: lease.operationId } })
  for (let isResumed = true; ; isResumed = false) {
    const server = await services.db.server.findUniqueOrThrow({ where: { id: operation.serverId }, ...SUBJECT })
    const before = operation
    const startedAt = performance.now()
    const outcome = claims > POISON_CLAIMS && isResumed
      ? attention(concluded('poison', { claims: POISON_CLAIMS }))
      : await runStep({ services, operation, server, lease, isResumed, turn })
    const transition = decideTransition(factsOf(operation), outcome, { now: services.now(), random: Math.random() })
    operation = await store(services, lease, before, server, transition, outcome)
    await outcome.afterwards?.()
    // A look that brought nothing new is no news for the log either.
    services.log[transition.events.length > 0 ? 'info' : 'debug']({
      operationId: operation.id, requestId: operation.requestId, kind: operation.kind, step: before.step, outcome: outcome.type, state: operation.state,
      ...(transition.diagnosis ? { diagnosis: transition.diagnosis.code } : {}), durationMs: Math.round(performance.now() - startedAt),
    }, 'operation step')
    if (!transition.goesOn) return
    // Between the intent and its send nobody hands over: whoever came after would have to take the send for done.
    if (services.stopping.aborted && operation.step !== 'send') return handOver(services, lease)
  }
}

async function runStep(run: OfflineRun): Promise<Outcome> {
  const { services, operation, server } = run
  try {
    const offline = findOfflineStep(operation, server)
    if (offline) return await offline(run)
    const step = findStep(operation.kind, operation.step)
    if (!step) return attention(concluded('defect'))
    const client = await services.panel.client()
    if (!client) return wait(UNCONFIGURED_MS, concluded('panel_unconfigured'))
    const pause = await findPause(services, operation, server)
    if (pause) return pause
    const scope: CallScope = { services, operationId: operation.id, serverId: server.id, attempt: operation.attempt + 1, requestId: operation.requestId }
    return await step({ ...run, panel: openPanel(client, scope) })
  }
  catch (error) {
    if (error instanceof LeaseLostError) throw error
    services.log.error({ err: error, operationId: operation.id, requestId: operation.requestId, kind: operation.kind, step: operation.step }, 'operation step failed')
    return wait(DEFECT_MS, concluded('defect'), { isDefect: true })
  }
}

/** Writes what a step led to. A fact that the panel told us outlives a lost lease and a database that is away for a moment. */
async function store(services: Services, lease: Lease, before: Operation, server: Subject, transition: Transition, outcome: Outcome): Promise<Operation> {
  const write = () => services.db.$transaction((tx) => writeTransition(tx, services, { lease, before, server, transition, outcome }), { maxWait: 10_000, timeout: 15_000 })
  const { fact } = outcome
  if (!fact) return write()
  for (let tries = 1; ; tries++) {
    try {
      return await write()
    }
    catch (error) {
      if (error instanceof LeaseLostError) {
        await storeFactAlone(services, before, fact)
        throw error
      }
      if (tries >= FACT_TRIES) throw error
      services.log.error({ err: error, operationId: before.id, tries }, 'what the panel answered is not stored yet')
      await sleep(Math.min(5_000, 200 * 2 ** tries))
    }
  }
}

/** The operation belongs to somebody else now; what is certain is stored all the same, and whoever waits for a decision looks again. */
async function storeFactAlone(services: Services, before: Operation, fact: NonNullable<Outcome['fact']>): Promise<void> {
  await services.db.$transaction(async (tx) => {
    await fact(tx)
    const { count } = await tx.operation.updateMany({ where: { id: before.id, state: 'needs_attention', step: 'settle' }, data: { state: 'queued', nextAttemptAt: null, diagnosis: Prisma.DbNull } })
    if (count > 0) await scheduleOperation(tx, before.id)
  })
}

/** The process is asked to stop: the next worker goes on at once instead of waiting for the lease to end. */
async function handOver(services: Services, { operationId, token }: Lease): Promise<void> {
  await services.db.$transaction(async (tx) => {
    const { count } = await tx.operation.updateMany({ where: { id: operationId, leaseToken: token }, data: { leaseExpiresAt: null } })
    if (count > 0) await scheduleOperation(tx, operationId)
  })
}

function factsOf(operation: Operation) {
  const { kind, state, step, attempt, maxAttempts } = operation
  return { kind, state, step, attempt, maxAttempts, memory: memoryOf(operation), diagnosisCode: readDiagnosis(operation.diagnosis)?.code ?? null }
}
