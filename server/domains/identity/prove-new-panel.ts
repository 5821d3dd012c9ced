import type { Services } from '../../context.ts'
import { decideIdentity } from '../../engine/identity/decide-identity.ts'
import { loadIdentity } from '../../engine/identity/known-identity.ts'
import { askAside, readIdentity } from '../../engine/identity/read-identity.ts'
import { createVirtFusionClient } from '../../virtfusion/client.ts'
import { clientOptions } from '../settings/client-options.ts'
import { findEnvironmentToken, findOrigin, openSavedToken } from '../settings/read-virtfusion-settings.ts'
import type { SettingValue } from '../settings/registry.ts'
import { countBindings, isBound } from './count-bindings.ts'
import type { SafeModeReason } from './enter-safe-mode.ts'

/**
 * Asked before another address is saved: why the panel there can't be taken for the one that our servers are bound to. Null when it shows
 * itself to be the same, when nothing is bound, and when the address stays.
 */
export async function findDoubtAbout(services: Services, after: SettingValue<'virtfusion'>): Promise<SafeModeReason | null> {
  const { env, db, vault } = services
  const apiUrl = after.apiUrl ?? env.VIRTFUSION_API_URL ?? null
  const origin = findOrigin(apiUrl)
  const { known, row, setting } = await loadIdentity(db)
  if (!known || apiUrl === null || origin === null || origin === known.origin || !isBound(await countBindings(db))) return null
  const token = openSavedToken(vault, after, origin).token ?? findEnvironmentToken(env, origin)
  if (token === null) return { code: 'panel_unproven', params: { from: known.origin, to: origin } }

  const client = createVirtFusionClient(clientOptions(services, apiUrl, token, after.caPem))
  try {
    const { seen } = await readIdentity(services, client, askAside(services), setting.keepsWitness ? row?.witnessRelation ?? null : null)
    const verdict = decideIdentity(known, seen)
    return verdict.type === 'doubt' ? { code: verdict.code, params: verdict.params } : null
  }
  finally {
    await client.close()
  }
}
