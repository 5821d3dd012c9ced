import type { VirtfusionSettings } from '#shared/schemas/settings.ts'
import type { Call } from '../../context.ts'
import { getVirtfusionSettings } from './get-virtfusion-settings.ts'
import { readGroup } from './registry.ts'
import { saveConnection } from './save-connection.ts'

/** Removes the saved address, token and private authority, so that the environment's count again. Who owns new servers is no matter of the environment and stays. */
export async function revertVirtfusionSettings(call: Call): Promise<VirtfusionSettings> {
  const before = await readGroup(call.db, 'virtfusion')
  const { apiUrl, token, caPem } = before.value
  const hasSaved = apiUrl !== null || token !== null || caPem !== null
  if (hasSaved) await saveConnection(call, { before, after: { ...before.value, apiUrl: null, token: null, caPem: null }, action: 'settings.cleared' })
  return getVirtfusionSettings(call)
}
