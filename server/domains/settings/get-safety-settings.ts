import type { SafetySettingsAnswer } from '#shared/schemas/safety.ts'
import type { Call } from '../../context.ts'
import { readHarmUse } from '../../engine/harm/harm-store.ts'
import { countLifted } from '../../engine/sweep/count-lifted.ts'
import { findName } from '../people/find-names.ts'
import { readGroup } from './registry.ts'

/** What Berth may do by itself, and how much at once. */
export async function getSafetySettings({ db }: Call): Promise<SafetySettingsAnswer> {
  const [{ value, version, updatedAt, updatedById }, { fleet }, liftedSuspensions] = await Promise.all([readGroup(db, 'safety'), readHarmUse(db), countLifted(db)])
  return { ...value, fleet, liftedSuspensions, updatedAt: updatedAt?.toISOString() ?? null, updatedBy: await findName(db, updatedById), version }
}
