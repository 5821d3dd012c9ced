import type { z } from 'zod'
import type { Identity, UpdateIdentitySchema } from '#shared/schemas/identity.ts'
import type { Call } from '../../context.ts'
import { adoptWitness } from '../../engine/identity/check-identity.ts'
import { changeSetting, loadIdentity, ROW } from '../../engine/identity/known-identity.ts'
import { ensureWitness } from '../../engine/identity/witness.ts'
import { AppError, conflict } from '../../errors.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { requirePanel } from '../panel/require-panel.ts'
import { isInSafeMode } from './enter-safe-mode.ts'
import { getIdentity } from './get-identity.ts'

/**
 * Lets Berth keep a witness user at the panel, and makes it; or lets it do without, and then suggests none again. A witness that is given
 * up stays at the panel, for Berth deletes no users. @throws AppError conflict in safe mode, panel_refused where the token or the panel can't keep one
 */
export async function keepWitness(call: Call, { keepsWitness }: z.output<typeof UpdateIdentitySchema>): Promise<Identity> {
  if (keepsWitness) await begin(call)
  else await end(call)
  await call.events.publish(call.db, { type: 'panel' }, { admins: true })
  return getIdentity(call)
}

async function begin(call: Call): Promise<void> {
  if (await isInSafeMode(call.db)) throw conflict('Berth only reads at the moment. Leave safe mode first.', 'safe_mode')
  // Pressed again, or by two: the counter at the panel may be older than the one that is known, which must not go back.
  if ((await loadIdentity(call.db)).known?.witness) return
  const client = await requirePanel(call)
  const made = await ensureWitness(call, client, call.requestId)
  if (made.type === 'impossible') {
    throw new AppError('panel_refused', `Berth can't keep a witness user at this panel. ${describeDiagnosis(made.diagnosis).cause}`, { diagnosis: made.diagnosis })
  }
  // Where the answer was lost, the next look at the panel finishes it.
  await store(call, true)
  if (made.type === 'kept') await adoptWitness(call, made)
}

async function end(call: Call): Promise<void> {
  await store(call, false)
  await call.db.panelIdentity.updateMany({ where: { id: ROW }, data: { witnessUserId: null, witnessCounter: 0 } })
}

async function store(call: Call, keepsWitness: boolean): Promise<void> {
  await call.db.$transaction(async (tx) => {
    const { setting: before } = await loadIdentity(tx)
    await changeSetting(tx, { keepsWitness, isWitnessDeclined: !keepsWitness, pendingCounter: null, countedAt: null }, call.user.id)
    await recordAudit(tx, call, {
      action: keepsWitness ? 'settings.witness_kept' : before.keepsWitness ? 'settings.witness_given_up' : 'settings.witness_declined', entity: 'settings', entityId: 'identity', entityName: 'The panel\'s identity',
    })
  })
}
