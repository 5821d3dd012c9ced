import { readCreateMemory } from '../../create/memory.ts'
import { concluded } from '../../diagnosis.ts'
import { fail, next } from '../../outcome.ts'
import type { Step } from '../../run.ts'
import { resolveOwner } from './resolve-owner.ts'

/** Finds out whose server it is to be at the panel. Nothing is made here but, in `customer` mode, the customer's own panel user. */
export const prepare: Step = async (run) => {
  const { server, operation } = run
  const { order } = readCreateMemory(operation)
  if (server.virtfusionServerId !== null) return next('install')
  if (!order) return fail(concluded('features_invalid'))

  const owner = order.ownerMode === 'plan'
    ? { type: 'known' as const, ownerId: order.features.virtfusion_user_id }
    : await resolveOwner(run)
  if (owner.type === 'ended') return owner.outcome
  return next('intend', { learnt: { ownerId: owner.ownerId }, ...(owner.event ? { event: owner.event } : {}) })
}
