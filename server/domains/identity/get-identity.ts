import type { Identity } from '#shared/schemas/identity.ts'
import type { Call } from '../../context.ts'
import { loadIdentity, type StoredIdentity } from '../../engine/identity/known-identity.ts'

/** By what the panel is known, as last seen. Asks the database only. */
export async function getIdentity({ db }: Call): Promise<Identity> {
  const stored = await loadIdentity(db)
  const { row, setting, known } = stored
  return {
    kind: kindOf(stored),
    verifiedAt: row?.verifiedAt?.toISOString() ?? null,
    keepsWitness: setting.keepsWitness,
    witness: known?.witness ? { userId: known.witness.userId, counter: known.witness.counter } : null,
    isInSafeMode: row?.safeModeSince != null,
  }
}

function kindOf({ known }: StoredIdentity): Identity['kind'] {
  if (known?.witness) return 'witness'
  return known?.fingerprint ? 'fingerprint' : 'none'
}
