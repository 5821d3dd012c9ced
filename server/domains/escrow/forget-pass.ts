import type { Db, Services } from '../../context.ts'
import { notify } from '../notifications/notify.ts'
import { overwriteGroup, readGroup } from '../settings/registry.ts'

type Reason = 'failed' | 'safe_mode' | 'connection_changed'

/** From here on new orders are sent for their owners again, until the probe has passed anew. Admins are told where that changes anything. */
export async function forgetPass(tx: Db, services: Services, reason: Reason): Promise<void> {
  const { value: { passed } } = await readGroup(tx, 'escrow')
  if (passed === null) return
  await overwriteGroup(tx, 'escrow', { passed: null }, null)
  const { value: { mode } } = await readGroup(tx, 'create')
  if (mode !== 'escrow') return
  await notify(tx, services, { to: 'admins', level: 'warning', code: 'escrow_off', params: { reason }, link: '/admin/settings/orders', dedupeKey: `escrow_off:${passed.at}` })
}
