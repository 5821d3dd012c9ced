import { concluded } from '../../diagnosis.ts'
import { next, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'

/**
 * An earlier turn ended between storing the intent and storing the answer. Unless its attempt row proves that the call had no effect,
 * it may have reached the panel: from here the way leads to looking, never to sending.
 */
export async function takeUpLostSend({ services, operation, server }: Run): Promise<Outcome> {
  if (server.virtfusionServerId !== null) return next('install', { freesOwner: true })
  const attempt = await services.db.provisioningLog.findFirst({
    where: { operationId: operation.id, action: 'servers.create' }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], select: { id: true, completedAt: true, effect: true },
  })
  if (attempt?.completedAt && attempt.effect === 'none') return next('intend', { freesOwner: true })

  const diagnosis = concluded('call_outcome_unknown')
  return next('settle', {
    learnt: { settleSince: services.now().toISOString(), looks: null },
    event: { code: 'effect_unknown' },
    async also(tx) {
      await tx.provisioningLog.updateMany({
        where: { operationId: operation.id, action: 'servers.create', completedAt: null },
        data: { outcome: 'unknown', effect: 'unknown', completedAt: services.now(), code: diagnosis.code, diagnosis: { ...diagnosis } },
      })
    },
  })
}
