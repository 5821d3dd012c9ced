import { createHash } from 'node:crypto'
import type { CreateModeState } from '#shared/schemas/engine-settings.ts'
import type { Db, Services } from '../../context.ts'
import { findOrigin, readVirtfusionSettings, type VirtfusionConnection } from './read-virtfusion-settings.ts'
import { readGroup } from './registry.ts'

type Needs = Pick<Services, 'env' | 'vault'> & { db: Db }

/**
 * How orders are sent from now on. `escrow` counts only on the very connection on which the probe passed: another address or another token
 * may stand for another panel, or for other permissions, and after safe mode the panel may be another one.
 */
export async function readCreateMode(services: Needs): Promise<CreateModeState> {
  const { value: { mode } } = await readGroup(services.db, 'create')
  if (mode === 'direct') return { chosen: mode, inForce: 'direct', hold: null }
  const { value: { passed } } = await readGroup(services.db, 'escrow')
  if (passed === null) return { chosen: mode, inForce: 'direct', hold: 'not_passed' }
  const isSame = passed.connection === markConnection(await readVirtfusionSettings(services))
  return isSame ? { chosen: mode, inForce: 'escrow', hold: null } : { chosen: mode, inForce: 'direct', hold: 'connection_changed' }
}

/** What tells one connection from another, without giving its token away; null while there is none. */
export function markConnection({ apiUrl, token }: Pick<VirtfusionConnection, 'apiUrl' | 'token'>): string | null {
  const origin = findOrigin(apiUrl)
  return origin === null || token === null ? null : createHash('sha256').update(`${origin} ${token}`).digest('hex').slice(0, 32)
}
