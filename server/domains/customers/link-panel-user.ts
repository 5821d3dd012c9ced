import type { Customer, LinkPanelUser } from '#shared/schemas/customers.ts'
import type { Call, Db } from '../../context.ts'
import { readSafeMode } from '../../engine/identity/read-safe-mode.ts'
import { keepPanelUser } from '../../engine/postgres/panel-users.ts'
import { inTransaction } from '../../engine/postgres/sql.ts'
import { conflict, notFound } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { goOnWithOwner } from '../operations/go-on-with-owner.ts'
import { lockPerson } from '../people/lock-person.ts'
import { findPanelUser } from './find-panel-user.ts'
import { getCustomer } from './get-customer.ts'
import { onlyCustomers } from './rules.ts'

/**
 * From now on this panel's user is the customer, because an admin says so: Berth itself takes nobody over by an e-mail address. The user is
 * read again, and must be the one that the admin was shown. Orders that stopped for want of an owner go on if the admin chose them.
 * @throws AppError not_found, conflict with the reason, invalid_input (extRelationId), panel_unavailable
 */
export async function linkPanelUser(call: Call, id: string, { extRelationId, virtfusionUserId, reason, operationIds }: LinkPanelUser): Promise<Customer> {
  await getCustomer(call, id)
  const user = await findPanelUser(call, id, extRelationId)
  if (user.virtfusionUserId !== virtfusionUserId) throw conflict('Another user has this external relation by now. Look at it again.', 'panel_user_changed')
  if (user.refusal !== null) throw conflict(user.refusal, 'panel_user_refused')
  await call.db.$transaction(async (tx) => {
    await lockPerson(tx, id)
    await requireTrust(tx)
    const before = await tx.user.findUnique({ where: { id, ...onlyCustomers }, select: { name: true, virtfusionUserId: true, virtfusionExtRelationId: true } })
    if (!before) throw notFound()
    if (before.virtfusionUserId !== null) throw conflict(`This customer is the panel's user ${before.virtfusionUserId} already.`, 'panel_user_known')
    await keep(tx, id, { extRelationId, virtfusionUserId })
    await recordAudit(tx, call, {
      action: 'customer.linked', entity: 'customer', entityId: id, entityName: before.name,
      before: { virtfusionUserId: null, virtfusionExtRelationId: before.virtfusionExtRelationId },
      after: { virtfusionUserId, virtfusionExtRelationId: extRelationId, panelName: user.name, panelEmail: user.email, reason, ...(operationIds.length > 0 ? { operationIds } : {}) },
    })
  })
  await goOnWithOwner(call, id, operationIds)
  return getCustomer(call, id)
}

/** @throws AppError conflict in safe mode */
async function requireTrust(db: Db): Promise<void> {
  if (await readSafeMode(db)) throw conflict('Berth is in safe mode: it may be looking at another panel, or at an older state of it, so its users are not believed. Leave safe mode first.', 'safe_mode')
}

/** Both numbers: by one the panel knows the owner of a server, by the other whom to sign in. @throws AppError conflict */
async function keep(tx: Db, id: string, { extRelationId, virtfusionUserId }: Pick<LinkPanelUser, 'extRelationId' | 'virtfusionUserId'>): Promise<void> {
  switch (await keepPanelUser(inTransaction(tx), id, virtfusionUserId)) {
    case 'recent': throw conflict('This number stood for somebody else a short time ago, or an order that was sent for it is not decided, so something may still take effect for it. Link it once that order is decided, or in about two hours, when nothing from before can arrive any more.', 'panel_user_refused')
    case 'taken': throw conflict('Another customer was linked to this user a moment ago.', 'panel_user_refused')
    case 'kept': await tx.user.update({ where: { id }, data: { virtfusionExtRelationId: extRelationId }, select: { id: true } })
  }
}
