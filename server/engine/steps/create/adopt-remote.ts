import type { VirtFusionServer } from '../../../virtfusion/schemas/servers.ts'
import { keepCandidates, type StoredCandidate } from '../../create/find-candidates.ts'
import { noteFresh, type CreateMemory } from '../../create/memory.ts'
import { onceBound } from '../../create/once-bound.ts'
import { concluded } from '../../diagnosis.ts'
import { attention, next, wait, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'
import { boundTo } from './bound-to.ts'

/** This remote server is what came of an order whose answer was lost. */
export function adoptRemote(run: Run, { ownerId, escrow }: CreateMemory, remote: VirtFusionServer | undefined): Outcome {
  if (!remote || ownerId === undefined) return wait(1_000)
  return next(onceBound({ escrow }), {
    learnt: { ...noteFresh(remote, run.now()), candidates: null },
    event: { code: 'adopted', params: { virtfusionServerId: remote.id } },
    facts: [boundTo(run, remote, { ownerId, escrow })],
    freesOwner: true,
  })
}

/** Several servers came of one order, which no request of ours explains. */
export function askWhichOne(candidates: readonly StoredCandidate[]): Outcome {
  return attention(concluded('create_several_candidates', { count: candidates.length }), { learnt: { candidates: keepCandidates(candidates) } })
}
