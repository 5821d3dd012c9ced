import { readCreateMemory } from '../../create/memory.ts'
import { onceBound } from '../../create/once-bound.ts'
import { concluded } from '../../diagnosis.ts'
import { fail, next } from '../../outcome.ts'
import type { Step } from '../../run.ts'
import { prepareEscrow } from './prepare-escrow.ts'
import { resolveOwner } from './resolve-owner.ts'

/** Finds out whose server it is to be at the panel, and for whom it is sent. Nothing is made here but users: in `customer` mode the customer's own, in mode escrow the order's. */
export const prepare: Step = async (run) => {
  const { server, operation } = run
  const memory = readCreateMemory(operation)
  const { order } = memory
  if (server.virtfusionServerId !== null) return next(onceBound(memory))
  if (!order) return fail(concluded('features_invalid'))

  const owner = order.ownerMode === 'plan'
    ? { type: 'known' as const, ownerId: order.features.virtfusion_user_id }
    : await resolveOwner(run)
  if (owner.type === 'ended') return owner.outcome
  if (order.mode === 'escrow') return prepareEscrow(run, memory, owner)
  return next('intend', { learnt: { ownerId: owner.ownerId }, ...(owner.event ? { event: owner.event } : {}) })
}
