import type { SafetySettingsAnswer } from '#shared/schemas/safety.ts'
import type { Call } from '../../context.ts'
import { readHarmUse } from '../../engine/harm/harm-store.ts'
import { findName } from '../people/find-names.ts'
import { readGroup } from './registry.ts'

/** What Berth may do by itself, and how much at once. */
export async function getSafetySettings({ db }: Call): Promise<SafetySettingsAnswer> {
  const [{ value, version, updatedAt, updatedById }, { fleet }] = await Promise.all([readGroup(db, 'safety'), readHarmUse(db)])
  return { ...value, fleet, updatedAt: updatedAt?.toISOString() ?? null, updatedBy: await findName(db, updatedById), version }
}
