import { classifyFailure } from '../../classify-failure.ts'
import { readCreateMemory, type Escrow } from '../../create/memory.ts'
import { onceBound } from '../../create/once-bound.ts'
import { decideChange } from '../../decide-change.ts'
import { concluded } from '../../diagnosis.ts'
import { paused } from '../../not-now.ts'
import { attention, next, wait, type Outcome } from '../../outcome.ts'
import type { Run, Step } from '../../run.ts'
import { lookLast } from './look-last.ts'

const LOOK_AGAIN_MS = 3_000
/** A user whom the panel keeps this often, although nothing is listed for it, needs a person. */
const MOST_REFUSALS = 6

/**
 * Takes the throw-away user of a lost order away: a create that arrives from now on names a user who does not exist, and the panel refuses
 * it. One that had passed that check before may still be at work, so Berth waits longer than the panel's longest request and then looks a
 * last time. Only after that there is another attempt.
 */
export const fence: Step = async (run) => {
  const { operation, server } = run
  const memory = readCreateMemory(operation)
  const { escrow } = memory
  if (server.virtfusionServerId !== null) return next(onceBound(memory), { freesOwner: true })
  if (!escrow || memory.ownerId === undefined) return attention(concluded('defect'))
  if (escrow.goneAt === undefined) return removeUser(run, escrow)
  return lookLast(run, { ...memory, escrow, ownerId: memory.ownerId })
}

/** Deleting is safe to repeat: the name stands for one attempt, and is never given again. The user is gone when two answers say so. */
async function removeUser(run: Run, escrow: Escrow): Promise<Outcome> {
  const deleted = await run.panel.deleteUserByRelation(escrow.relation)
  switch (decideChange(deleted)) {
    case 'accepted':
    case 'absent': return confirmGone(run, escrow)
    case 'paused': return paused()
    case 'busy':
    case 'refused': return keptByPanel(run, escrow)
    case 'forbidden': return attention(concluded('escrow_fence_forbidden'))
    default: return wait('backoff', deleted.ok ? undefined : deleted.diagnosis)
  }
}

async function confirmGone(run: Run, escrow: Escrow): Promise<Outcome> {
  const seen = await run.panel.findUserByRelation(escrow.relation)
  if (seen.ok) return wait(LOOK_AGAIN_MS)
  if (classifyFailure(seen.error) !== 'absent') return wait('backoff', seen.diagnosis)
  return wait(LOOK_AGAIN_MS, concluded('create_fenced', { seconds: run.engine.settleMs / 1000 }), {
    learnt: { escrow: { ...escrow, goneAt: run.now().toISOString(), goneAtPanel: seen.panelDate?.toISOString() ?? null } },
    event: { code: 'fence_closed' },
    writes: [{ type: 'escrow-gone', relation: escrow.relation }],
  })
}

/** Most likely because it owns a server by now: looked for again before anything else. */
function keptByPanel(run: Run, escrow: Escrow): Outcome {
  const refusals = escrow.refusals + 1
  const learnt = { escrow: { ...escrow, refusals } }
  if (refusals >= MOST_REFUSALS) return attention(concluded('escrow_fence_refused'), { learnt })
  return next('settle', { learnt: { ...learnt, settleSince: run.now().toISOString(), looks: null }, event: { code: 'fence_refused' } })
}
