import { decideSettle, type SettleDecision } from '../../create/decide-settle.ts'
import { keepCandidates } from '../../create/find-candidates.ts'
import { lookForServer } from '../../create/look-for-server.ts'
import { noteFresh, readCreateMemory, type CreateMemory } from '../../create/memory.ts'
import { onceBound } from '../../create/once-bound.ts'
import { concluded } from '../../diagnosis.ts'
import { findOwnerDoubt } from '../../find-owner-doubt.ts'
import { paused } from '../../not-now.ts'
import { attention, next, wait, type Outcome } from '../../outcome.ts'
import { forgetSend } from '../../plan-retry.ts'
import { memoryOf, type Run, type Step } from '../../run.ts'
import { boundTo } from './bound-to.ts'
import { settleEscrow } from './settle-escrow.ts'


/** The create may have taken place: looks at the owner's servers until the one is found or the horizon is reached. Sends nothing. */
export const settle: Step = async (run) => {
  const { engine, operation, server } = run
  const memory = readCreateMemory(operation)
  if (server.virtfusionServerId !== null) return next(onceBound(memory), { freesOwner: true })
  if (memory.escrow) return settleEscrow(run, memory)
  const look = await lookForServer(engine.store, run.panel, memory, server)
  if (look.type === 'unauthorized') return paused()

  const since = new Date(memory.settleSince ?? memory.sentAt ?? operation.createdAt)
  const horizonMs = engine.settleMs
  const now = run.now().getTime()
  const sinceSentMs = Math.min(now - Date.parse(memory.sentAt ?? operation.createdAt.toISOString()), sinceSentAtPanel(look, memory))
  const decision = decideSettle({ look, looks: memory.looks, elapsedMs: now - since.getTime(), horizonMs, sinceSentMs, sendAgainAfterMs: await sendAgainAfter(run, memory) })
  const { ownerId } = memory
  if (decision.type === 'adopt' && ownerId !== undefined) {
    const remote = look.remotes.get(decision.candidate.id)
    if (remote) {
      const doubt = memory.order ? await findOwnerDoubt(run, memory.order, ownerId) : null
      if (doubt) return { ...doubt, learnt: { candidates: keepCandidates([decision.candidate]) } }
      return next('install', {
        learnt: { ...noteFresh(remote, run.now()), candidates: null },
        event: { code: 'adopted', params: { virtfusionServerId: remote.id } },
        facts: [boundTo(run, remote, { ownerId, escrow: undefined })],
        freesOwner: true,
      })
    }
  }
  if (decision.type === 'send-again') return sendAgain(operation, memory, sinceSentMs)
  return decision.type === 'ask' ? ask(run, decision) : lookAgain(run, memory, decision)
}

/** The same by the panel's clock: one clock alone may have jumped, and what is sent too early makes a second server. */
function sinceSentAtPanel({ panelDate }: { panelDate?: Date | null }, { baselineAt }: CreateMemory): number {
  return panelDate && baselineAt ? panelDate.getTime() - Date.parse(baselineAt) : Number.POSITIVE_INFINITY
}

/** An order that got lost this often has another trouble than the network. */
const MOST_SENT_AGAIN = 3

async function sendAgainAfter({ engine }: Run, { sentAgain }: CreateMemory): Promise<number | null> {
  if (sentAgain >= MOST_SENT_AGAIN) return null
  const { whenNotFound, sendAgainMinutes } = await engine.store.createSettings()
  return whenNotFound === 'send_again' ? sendAgainMinutes * 60_000 : null
}

/** By the host's own setting; each use stands in the audit log. */
function sendAgain(operation: Run['operation'], { sentAgain }: CreateMemory, sinceSentMs: number): Outcome {
  const minutes = Math.round(sinceSentMs / 60_000)
  return next('prepare', {
    learnt: { ...forgetSend(memoryOf(operation)), sentAgain: sentAgain + 1 },
    event: { code: 'sent_again', params: { minutes } },
    writes: [{ type: 'audit', action: 'order.sent_again', after: { minutes } }],
    freesOwner: true,
  })
}

function ask({ engine }: Run, { code, candidates }: Extract<SettleDecision, { type: 'ask' }>): Outcome {
  const params = { count: candidates.length, seconds: engine.settleMs / 1000 }
  return attention(concluded(code, params), { learnt: { candidates: keepCandidates(candidates) } })
}

function lookAgain({ engine }: Run, { looks }: CreateMemory, decision: Exclude<SettleDecision, { type: 'ask' | 'send-again' }>): Outcome {
  const ms = decision.type === 'look-again' ? decision.ms : 1_000
  return wait(ms, concluded('create_effect_unknown', { seconds: engine.settleMs / 1000 }), { learnt: { looks: looks + 1 } })
}
