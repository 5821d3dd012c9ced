import { decideSettle, type SettleDecision } from '../../create/decide-settle.ts'
import { lookForServer } from '../../create/look-for-server.ts'
import { readCreateMemory, type CreateMemory } from '../../create/memory.ts'
import { concluded } from '../../diagnosis.ts'
import { attention, next, wait, type Outcome } from '../../outcome.ts'
import type { Run, Step } from '../../run.ts'
import { boundTo } from './bound-to.ts'

const PAUSED_MS = 15_000

/** The create may have taken place: looks at the owner's servers until the one is found or the horizon is reached. Sends nothing. */
export const settle: Step = async (run) => {
  const { engine, operation, server } = run
  if (server.virtfusionServerId !== null) return next('install', { freesOwner: true })
  const memory = readCreateMemory(operation)
  const look = await lookForServer(engine.store, run.panel, memory, { serverId: server.id })
  if (look.type === 'unauthorized') return wait(PAUSED_MS, concluded('panel_paused'))

  const since = new Date(memory.settleSince ?? memory.sentAt ?? operation.createdAt)
  const horizonMs = engine.settleMs
  const decision = decideSettle({ look, looks: memory.looks, elapsedMs: run.now().getTime() - since.getTime(), horizonMs })
  const { ownerId } = memory
  if (decision.type === 'adopt' && ownerId !== undefined) {
    const remote = look.remotes.get(decision.candidate.id)
    if (remote) {
      return next('install', {
        learnt: { isFresh: true, candidates: null },
        event: { code: 'adopted', params: { virtfusionServerId: remote.id } },
        facts: [boundTo(run, remote, ownerId)],
        freesOwner: true,
      })
    }
  }
  return decision.type === 'ask' ? ask(run, decision) : lookAgain(run, memory, decision)
}

function ask({ engine }: Run, { code, candidates }: Extract<SettleDecision, { type: 'ask' }>): Outcome {
  const params = { count: candidates.length, seconds: engine.settleMs / 1000 }
  return attention(concluded(code, params), { learnt: { candidates: candidates.map((candidate) => ({ ...candidate, differences: candidate.differences.map((difference) => ({ ...difference })) })) } })
}

function lookAgain({ engine }: Run, { looks }: CreateMemory, decision: Exclude<SettleDecision, { type: 'ask' }>): Outcome {
  const ms = decision.type === 'look-again' ? decision.ms : 1_000
  return wait(ms, concluded('create_effect_unknown', { seconds: engine.settleMs / 1000 }), { learnt: { looks: looks + 1 } })
}
