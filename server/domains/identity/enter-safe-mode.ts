import type { Db, Services } from '../../context.ts'
import { ROW } from '../../engine/identity/known-identity.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { forgetPass } from '../escrow/forget-pass.ts'
import { notify } from '../notifications/notify.ts'

/** What a reason may say; all of it is kept in the audit log, so each name stands on the list there. */
type Evidence = 'expected' | 'found' | 'from' | 'to' | 'part' | 'known' | 'kept' | 'missing' | 'exchanged' | 'fleet' | 'allowed' | 'person' | 'reason'
export interface SafeModeReason { code: string, params: { readonly [Name in Evidence]?: string | number | null } }

/**
 * From now on Berth only reads: nothing is changed at the panel until an admin leaves safe mode. Asking again changes nothing; the first
 * reason stands. Admins are told once. May be called inside of a transaction or outside.
 */
export async function enterSafeMode(db: Db, services: Services, reason: SafeModeReason): Promise<void> {
  if ('$transaction' in db) await db.$transaction((tx) => enter(tx, services, reason))
  else await enter(db, services, reason)
}

/** Whether Berth only reads at the moment. */
export async function isInSafeMode(db: Db): Promise<boolean> {
  return await db.panelIdentity.count({ where: { id: ROW, safeModeSince: { not: null } } }) > 0
}

async function enter(tx: Db, services: Services, { code, params }: SafeModeReason): Promise<void> {
  const since = services.now()
  const client = await services.panel.client()
  await tx.panelIdentity.createMany({ data: [{ id: ROW, origin: client?.origin ?? '' }], skipDuplicates: true })
  const { count } = await tx.panelIdentity.updateMany({ where: { id: ROW, safeModeSince: null }, data: { safeModeSince: since, safeModeReason: { code, params } } })
  if (count === 0) return
  services.log.error({ code, params }, 'safe mode: nothing is changed at the panel until an admin has looked')
  // What was true of the panel before may not be true of this one.
  await forgetPass(tx, services, 'safe_mode')
  await recordAudit(tx, services, { action: 'safe_mode.entered', entity: 'settings', entityId: 'identity', entityName: 'Safe mode', after: { code, ...params } })
  await notify(tx, services, { to: 'admins', level: 'error', code: 'safe_mode_entered', params: { code, ...params }, link: '/admin/safe-mode', dedupeKey: `safe_mode_entered:${since.toISOString()}` })
  await services.events.publish(tx, { type: 'panel' }, { admins: true })
}
