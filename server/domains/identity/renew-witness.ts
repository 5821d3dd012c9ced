import type { Call } from '../../context.ts'
import { changeSetting, ROW } from '../../engine/identity/known-identity.ts'
import { countWitness, ensureWitness, type WitnessOutcome } from '../../engine/identity/witness.ts'
import { AppError } from '../../errors.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'

/**
 * Before safe mode ends: the witness that the panel has now is the one that counts, one further than both sides remember. A panel or a
 * token that can't keep one any more leaves the fingerprint. @throws AppError panel_unavailable
 */
export async function renewWitness(call: Call, client: VirtFusionClient): Promise<void> {
  const found = await ensureWitness(call, client, call.requestId)
  if (found.type !== 'kept') return giveUp(call, found)
  await call.db.panelIdentity.updateMany({ where: { id: ROW }, data: { witnessUserId: found.userId } })
  const counted = await countWitness(call, client, { least: found.counter, requestId: call.requestId })
  if (counted.type !== 'kept') await giveUp(call, counted)
}

async function giveUp(call: Call, outcome: Exclude<WitnessOutcome, { type: 'kept' }>): Promise<void> {
  if (outcome.type === 'later') throw new AppError('panel_unavailable', 'The witness user could not be written at the panel, so Berth goes on reading only.', { diagnosis: outcome.diagnosis })
  await call.db.$transaction(async (tx) => {
    await changeSetting(tx, { keepsWitness: false, pendingCounter: null, countedAt: null })
    await tx.panelIdentity.updateMany({ where: { id: ROW }, data: { witnessUserId: null, witnessCounter: 0 } })
  })
}
