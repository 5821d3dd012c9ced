import type { Db } from '../../context.ts'
import { recordAudit, type AuditSource } from '../audit/record-audit.ts'
import { notify } from '../notifications/notify.ts'
import { overwriteGroup, readGroup } from './registry.ts'

/** Another panel begins with asking a person: how long a request may be held up was judged for the former one. Admins are told where that changes anything. */
export async function endSendAgain(tx: Db, source: AuditSource): Promise<void> {
  const { value: before } = await readGroup(tx, 'create')
  if (before.whenNotFound === 'ask') return
  const sendAgainEndedAt = source.now().toISOString()
  await overwriteGroup(tx, 'create', { ...before, whenNotFound: 'ask', sendAgainEndedAt }, null)
  await recordAudit(tx, source, {
    action: 'settings.send_again_ended',
    entity: 'settings',
    entityId: 'create',
    entityName: 'Orders',
    before: { whenNotFound: before.whenNotFound, sendAgainMinutes: before.sendAgainMinutes },
    after: { whenNotFound: 'ask' },
  })
  await notify(tx, source, { to: 'admins', level: 'warning', code: 'send_again_ended', link: '/admin/settings/orders', dedupeKey: `send_again_ended:${sendAgainEndedAt}` })
}
