import type { Identity } from '#shared/schemas/identity.ts'
import type { Call } from '../../context.ts'
import { loadIdentity, type StoredIdentity } from '../../engine/identity/known-identity.ts'
import { LearntSchema } from '../settings/list-capabilities.ts'
import { readGroup } from '../settings/registry.ts'
import { offersWitness } from './offers-witness.ts'

/** By what the panel is known, as last seen. Asks the database only. */
export async function getIdentity({ db }: Call): Promise<Identity> {
  const [stored, { value: { test } }, health] = await Promise.all([
    loadIdentity(db),
    readGroup(db, 'virtfusion.last-test'),
    db.panelHealth.findUnique({ where: { id: 'default' }, select: { capabilities: true } }),
  ])
  const { row, setting, known } = stored
  return {
    kind: kindOf(stored),
    verifiedAt: row?.verifiedAt?.toISOString() ?? null,
    keepsWitness: setting.keepsWitness,
    witness: known?.witness ? { userId: known.witness.userId, counter: known.witness.counter } : null,
    offersWitness: offersWitness({ setting, isInSafeMode: row?.safeModeSince != null, test, learnt: LearntSchema.parse(health?.capabilities ?? {}) }),
    isInSafeMode: row?.safeModeSince != null,
  }
}

function kindOf({ known }: StoredIdentity): Identity['kind'] {
  if (known?.witness) return 'witness'
  return known?.fingerprint ? 'fingerprint' : 'none'
}
