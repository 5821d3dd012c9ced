import { forgetUnsent, readCreateMemory } from '../../create/memory.ts'
import { onceBound } from '../../create/once-bound.ts'
import { next, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'

/**
 * An earlier turn ended between storing the intent and storing the answer. Unless its attempt row proves that the call had no effect,
 * it may have reached the panel: from here the way leads to looking, never to sending.
 */
export async function takeUpLostSend({ engine, now, operation, server }: Run): Promise<Outcome> {
  if (server.virtfusionServerId !== null) return next(onceBound(readCreateMemory(operation)), { freesOwner: true })
  const attempt = await engine.store.findLastAttempt(operation.id, 'servers.create')
  if (attempt?.isCompleted && attempt.effect === 'none') return next('intend', { freesOwner: true, learnt: forgetUnsent(readCreateMemory(operation)) })

  return next('settle', {
    learnt: { settleSince: now().toISOString(), looks: null },
    event: { code: 'effect_unknown' },
    writes: [{ type: 'attempts-lost', action: 'servers.create' }],
  })
}
