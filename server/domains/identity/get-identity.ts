import type { Identity } from '#shared/schemas/identity.ts'
import type { Call } from '../../context.ts'
import { loadIdentity, type StoredIdentity } from '../../engine/identity/known-identity.ts'
import { readLearnt } from '../settings/read-learnt.ts'
import { offersWitness } from './offers-witness.ts'

/** By what the panel is known, as last seen. Asks the database only. */
export async function getIdentity(call: Call): Promise<Identity> {
  const [stored, { states, test }] = await Promise.all([loadIdentity(call.db), readLearnt(call)])
  const { row, setting, known } = stored
  return {
    kind: kindOf(stored),
    isBlind: ['packages.list', 'hypervisorGroups.list'].every((operation) => states[operation] === 'forbidden' || states[operation] === 'missing'),
    verifiedAt: row?.verifiedAt?.toISOString() ?? null,
    keepsWitness: setting.keepsWitness,
    witness: known?.witness ? { userId: known.witness.userId, counter: known.witness.counter } : null,
    offersWitness: offersWitness({ setting, isInSafeMode: row?.safeModeSince != null, test, learnt: states }),
    isInSafeMode: row?.safeModeSince != null,
  }
}

function kindOf({ known }: StoredIdentity): Identity['kind'] {
  if (known?.witness) return 'witness'
  return known?.fingerprint ? 'fingerprint' : 'none'
}
