import type { UpdateVirtfusionSettings, VirtfusionSettings } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { getVirtfusionSettings } from './get-virtfusion-settings.ts'
import { readGroup, settingsChanged } from './registry.ts'
import { applyChanges } from './rules.ts'
import { saveConnection } from './save-connection.ts'

/** Saves what is given and leaves the rest. @throws AppError invalid_input (`apiUrl`, `token`, `caPem`), conflict `settings_changed` */
export async function updateVirtfusionSettings(call: Call, changes: UpdateVirtfusionSettings): Promise<VirtfusionSettings> {
  const before = await readGroup(call.db, 'virtfusion')
  if (changes.version !== undefined && changes.version !== before.version) throw settingsChanged()
  await saveConnection(call, { before, after: applyChanges(call, before.value, changes), action: 'settings.updated' })
  return getVirtfusionSettings(call)
}
