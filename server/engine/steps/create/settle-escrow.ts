import { decideEscrow, type EscrowLook } from '../../create/decide-escrow.ts'
import { lookForServer, type LookResult } from '../../create/look-for-server.ts'
import type { CreateMemory } from '../../create/memory.ts'
import { concluded } from '../../diagnosis.ts'
import { paused } from '../../not-now.ts'
import { attention, next, wait, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'
import { adoptRemote, askWhichOne } from './adopt-remote.ts'

/** What a lost create has made mostly shows within seconds; what shows later is found by the fence. */
const LOOK_MS = 60_000

/** The create may have taken place: looks at what the throw-away user has, for a minute, then takes the user away. Sends no create. */
export async function settleEscrow(run: Run, memory: CreateMemory): Promise<Outcome> {
  const { engine, operation, server } = run
  // Everything that this user has is this order's, and nothing was there before.
  const look = await lookForServer(engine.store, run.panel, { ...memory, baseline: [] }, server)
  if (look.type === 'unauthorized') return paused()
  if (look.type === 'forbidden') return attention(concluded('create_listing_forbidden'))

  const since = Date.parse(memory.settleSince ?? memory.sentAt ?? operation.createdAt.toISOString())
  const decision = decideEscrow({ look: toLook(look), looks: memory.looks, elapsedMs: run.now().getTime() - since, horizonMs: Math.min(LOOK_MS, engine.settleMs) })
  switch (decision.type) {
    case 'fence': return next('fence')
    case 'ask': return askWhichOne(decision.candidates)
    case 'look-again': return wait(decision.ms, concluded('create_effect_unknown', { seconds: engine.settleMs / 1000 }), { learnt: { looks: memory.looks + 1 } })
    case 'adopt': return adoptRemote(run, memory, look.remotes.get(decision.candidate.id))
  }
}

/** A server that is not this user's any more when it is read is none of these. */
function toLook(look: Exclude<LookResult, { type: 'unauthorized' | 'forbidden' }>): EscrowLook {
  if (look.type === 'failed') return { type: look.isOwnerAbsent === true ? 'gone' : 'failed', candidates: [] }
  return { type: 'complete', candidates: look.candidates.filter(({ differences }) => differences.every(({ code }) => code !== 'owner')) }
}
