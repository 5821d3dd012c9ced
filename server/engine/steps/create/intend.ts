import { featuresToCreateBody } from '../../../domains/plans/features-to-create-body.ts'
import { beginAttempt } from '../../call-panel.ts'
import { classifyFailure } from '../../classify-failure.ts'
import { readCreateMemory } from '../../create/memory.ts'
import { concluded } from '../../diagnosis.ts'
import { fail, next, wait, type Outcome } from '../../outcome.ts'
import { findOwnerHolder, freeOwner, takeOwner, WAITING_FOR_OWNER } from '../../owner-lock.ts'
import type { Run, Step } from '../../run.ts'

const PAUSED_MS = 15_000
/** Whoever waits is called when the owner is free; this is for a call that got lost. */
const OWNER_MS = 60_000
/** The owner was freed between asking and looking who has it. */
const OWNER_SOON_MS = 500

/**
 * Under the owner's lock: notes what the owner has now, and stores the intent to send together with the attempt row. From the moment
 * this stands, only this very turn may send; whoever finds it later has to take the call for made.
 */
export const intend: Step = async (run) => {
  const { services, operation, server } = run
  const memory = readCreateMemory(operation)
  if (server.virtfusionServerId !== null) return next('install', { freesOwner: true })
  const { order, ownerId } = memory
  if (!order || ownerId === undefined) return fail(concluded('features_invalid'))
  if (!await takeOwner(services, run.lease, ownerId)) return waitForOwner(run, ownerId)

  const baseline = await readBaseline(run, ownerId)
  if ('type' in baseline) return { ...baseline, freesOwner: true }
  const sentAt = services.now().toISOString()
  const body = featuresToCreateBody(order.features, order.overrides, ownerId)
  const call = run.panel.create(body)
  return next('send', {
    learnt: { baseline: baseline.ids, baselineAt: baseline.at, sentAt, settleSince: null, candidates: null, looks: null },
    async also(tx) {
      const attemptId = await beginAttempt(tx, run.panel.scope, call.describe())
      run.turn.intent = { attemptId, at: performance.now() }
    },
  })
}

type Baseline = { ids: number[] | null, at: string }

async function readBaseline(run: Run, ownerId: number): Promise<Baseline | Outcome> {
  const listed = await run.panel.listServersOf(ownerId)
  const at = (listed.panelDate ?? run.services.now()).toISOString()
  if (listed.ok) return { ids: listed.value.map(({ id }) => id), at }
  switch (classifyFailure(listed.error)) {
    case 'forbidden': return { ids: null, at }
    // An owner that the panel does not know has no servers; the create itself will be refused and say so.
    case 'absent': return { ids: [], at }
    case 'unauthorized': return wait(PAUSED_MS, concluded('panel_paused'))
    default: return wait('backoff', listed.diagnosis)
  }
}

async function waitForOwner({ services }: Run, ownerId: number): Promise<Outcome> {
  const holder = await findOwnerHolder(services.db, ownerId)
  if (!holder) return wait(OWNER_SOON_MS)
  return wait(OWNER_MS, concluded(WAITING_FOR_OWNER, { ownerId, reference: holder.server.reference, operationId: holder.id }), {
    // The holder may have let go while this was written, and have found nobody in line.
    async afterwards() { if (!await findOwnerHolder(services.db, ownerId)) await services.db.$transaction((tx) => freeOwner(tx, ownerId)) },
  })
}
