import { featuresToCreateBody } from '../../../domains/plans/features-to-create-body.ts'
import { newAttempt } from '../../call-panel.ts'
import { classifyFailure } from '../../classify-failure.ts'
import { noteBaseline } from '../../create/baseline.ts'
import { findEscrowDoubt } from '../../create/find-escrow-doubt.ts'
import { hasCustomersNumber } from '../../create/has-customers-number.ts'
import { readCreateMemory } from '../../create/memory.ts'
import { onceBound } from '../../create/once-bound.ts'
import { concluded } from '../../diagnosis.ts'
import { findOwnerDoubt } from '../../find-owner-doubt.ts'
import { notNow } from '../../not-now.ts'
import { attention, fail, next, wait, type Outcome } from '../../outcome.ts'
import type { OwnerHolder } from '../../ports.ts'
import { findPause } from '../../panel-gate.ts'
import { CUSTOMER_DISABLED, WAITING_FOR_OWNER, type Run, type Step } from '../../run.ts'
import { judgeEscrowStart } from './prepare-escrow.ts'

/** Whoever waits is called when the owner is free; this is for a call that got lost. */
const OWNER_MS = 60_000

/**
 * Under the owner's lock: notes what the owner has now, and stores the intent to send together with the attempt row. From the moment
 * this stands, only this very turn may send; whoever finds it later has to take the call for made.
 */
export const intend: Step = async (run) => {
  const { engine, operation, server } = run
  const memory = readCreateMemory(operation)
  if (server.virtfusionServerId !== null) return next(onceBound(memory), { freesOwner: true })
  const { order, ownerId } = memory
  if (!order || ownerId === undefined) return fail(concluded('features_invalid'))
  const { name: customer, disabledAt } = server.customer
  if (disabledAt) return attention(concluded(CUSTOMER_DISABLED, { customer }))
  if (!hasCustomersNumber(order, server, memory.escrow?.recipientId ?? ownerId)) return next('prepare', { freesOwner: true })
  const holder = await engine.store.takeOwner(run.lease, ownerId)
  if (holder) return waitForOwner(ownerId, holder)
  run.turn.owner = ownerId
  // The panel came back from a backup since the throw-away user was made: its number is somebody else's by now, and its servers are no sign of ours.
  if (memory.escrow && await engine.store.isGivenAgain(ownerId, memory.escrow.relation)) return next('prepare', { freesOwner: true })
  const paused = await findPause(engine.store, run)
  if (paused) return { ...paused, freesOwner: true }
  const doubt = memory.escrow ? await findEscrowDoubt(run, { ...memory, escrow: memory.escrow, ownerId }) : await findOwnerDoubt(run, order, ownerId)
  if (doubt) return { ...doubt, freesOwner: true }

  const baseline = await readBaseline(run, ownerId)
  if ('type' in baseline) return { ...baseline, freesOwner: true }
  const obstacle = memory.escrow && judgeEscrowStart(baseline.noted.baseline, run.now())
  if (obstacle) return { ...obstacle, freesOwner: true }
  const sentAt = run.now().toISOString()
  const body = featuresToCreateBody(order.features, order.overrides, ownerId)
  const attempt = newAttempt(run.panel.scope, run.panel.create(body).describe())
  return next('send', {
    learnt: { ...baseline.noted, baselineAt: baseline.at, sentAt, sentInEpoch: run.gate.epoch, settleSince: null, candidates: null, looks: null },
    writes: [{ type: 'attempt-begun', attempt }],
    intent: attempt.id,
  })
}

interface Noted { noted: ReturnType<typeof noteBaseline> | typeof UNLISTED, at: string }
const UNLISTED = { baseline: null, baselineMarks: null }

async function readBaseline(run: Run, ownerId: number): Promise<Noted | Outcome> {
  const listed = await run.panel.listServersOf(ownerId)
  const at = (listed.panelDate ?? run.now()).toISOString()
  if (listed.ok) return { noted: noteBaseline(listed.value), at }
  switch (classifyFailure(listed.error)) {
    case 'forbidden': return { noted: UNLISTED, at }
    // The create itself will be refused and say which key is wrong. Should it not be, then this answer was wrong, and nothing is known of what was there before.
    case 'absent': return { noted: UNLISTED, at }
    default: return notNow(listed)
  }
}

function waitForOwner(ownerId: number, { operationId, reference }: OwnerHolder): Outcome {
  return wait(OWNER_MS, concluded(WAITING_FOR_OWNER, { ownerId, reference, operationId }), { writes: [{ type: 'await-owner', ownerId }] })
}
