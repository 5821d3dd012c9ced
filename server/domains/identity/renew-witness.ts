import type { Call, Db } from '../../context.ts'
import { changeSetting, ROW } from '../../engine/identity/known-identity.ts'
import { countWitness, ensureWitness, type WitnessOutcome } from '../../engine/identity/witness.ts'
import { AppError } from '../../errors.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { notify } from '../notifications/notify.ts'

/**
 * Before safe mode ends: the witness that the panel has now is the one that counts, one further than both sides remember. Resolves to why
 * the panel or the token can't keep one any more; null where it does. @throws AppError panel_unavailable
 */
export async function renewWitness(call: Call, client: VirtFusionClient): Promise<DiagnosisRecord | null> {
  const found = await ensureWitness(call, client, call.requestId)
  if (found.type !== 'kept') return whyNot(found)
  await call.db.panelIdentity.updateMany({ where: { id: ROW }, data: { witnessUserId: found.userId } })
  const counted = await countWitness(call, client, { least: found.counter, requestId: call.requestId })
  return counted.type === 'kept' ? null : whyNot(counted)
}

function whyNot({ type, diagnosis }: Exclude<WitnessOutcome, { type: 'kept' }>): DiagnosisRecord {
  if (type === 'later') throw new AppError('panel_unavailable', 'The witness user could not be written at the panel, so Berth goes on reading only.', { diagnosis })
  return diagnosis
}

/** Leaves it to the fingerprint, and tells admins. In the transaction that ends safe mode: one that is refused leaves the witness as it was. */
export async function giveUpWitness(tx: Db, call: Call, { code }: DiagnosisRecord): Promise<void> {
  await changeSetting(tx, { keepsWitness: false, pendingCounter: null, countedAt: null })
  await tx.panelIdentity.updateMany({ where: { id: ROW }, data: { witnessUserId: null, witnessCounter: 0 } })
  await recordAudit(tx, call, { action: 'settings.witness_given_up', entity: 'settings', entityId: 'identity', entityName: 'The panel\'s identity', after: { code } })
  await notify(tx, call, { to: 'admins', level: 'warning', code: 'witness_given_up', params: { code }, link: '/admin/settings/virtfusion', dedupeKey: `witness_given_up:${call.requestId}` })
}
