import type { SafetySettingsAnswer, UpdateSafetySettings } from '#shared/schemas/safety.ts'
import type { Call } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { getSafetySettings } from './get-safety-settings.ts'
import { readGroup, settingsChanged, writeGroup } from './registry.ts'

/** Saves what is given and leaves the rest. An alarm that stands is not touched by it: its list is still decided. @throws AppError conflict `settings_changed` */
export async function updateSafetySettings(call: Call, { version, ...changes }: UpdateSafetySettings): Promise<SafetySettingsAnswer> {
  const before = await readGroup(call.db, 'safety')
  if (version !== undefined && version !== before.version) throw settingsChanged()
  const after = {
    suspensionPolicy: changes.suspensionPolicy ?? before.value.suspensionPolicy,
    harmPerHour: changes.harmPerHour ?? before.value.harmPerHour,
    harmPercentPerHour: changes.harmPercentPerHour ?? before.value.harmPercentPerHour,
  }
  await call.db.$transaction(async (tx) => {
    await writeGroup(tx, 'safety', after, { expectedVersion: before.version, updatedById: call.user.id })
    await recordAudit(tx, call, { action: 'settings.safety_updated', entity: 'settings', entityId: 'safety', entityName: 'Safety', before: before.value, after })
  })
  return getSafetySettings(call)
}
