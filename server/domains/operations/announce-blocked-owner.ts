import type { Db, Services } from '../../context.ts'
import { countWaiting } from '../../engine/owner-lock.ts'
import { notify } from '../notifications/notify.ts'

interface Blocked {
  /** The panel's user that nothing more is sent for. */
  ownerId: number
  /** The order that holds the owner. */
  operationId: string
}

const CODE = 'owner_blocked'

/**
 * Tells the admins how many orders wait behind a decision, once per count: call it when an order begins to wait and when its holder comes
 * to need a person. Says nothing while the holder goes on by itself, or while nobody waits.
 */
export async function announceBlockedOwner(tx: Db, services: Services, { ownerId, operationId }: Blocked): Promise<void> {
  const holder = await tx.operation.findUnique({ where: { id: operationId }, select: { state: true, server: { select: { name: true, reference: true } } } })
  if (holder?.state !== 'needs_attention') return
  const count = await countWaiting(tx, ownerId)
  if (count === 0) return
  const subject = `${CODE}:${operationId}:`
  const dedupeKey = `${subject}${count}`
  // The count that nobody has read yet gives way to the new one.
  await tx.notification.deleteMany({ where: { code: CODE, readAt: null, dedupeKey: { startsWith: subject, not: dedupeKey } } })
  const { name: serverName, reference } = holder.server
  await notify(tx, services, { to: 'admins', level: 'warning', code: CODE, params: { count, serverName, reference }, link: `/admin/operations/${operationId}`, dedupeKey })
}
