import type { OrderSettings, UpdateOrderSettings } from '#shared/schemas/engine-settings.ts'
import type { Call } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { getOrderSettings } from './get-order-settings.ts'
import { readGroup, settingsChanged, writeGroup } from './registry.ts'

/** Saves what happens to an order that can't be found, or whose installation fails; how orders are sent stays as it is. @throws AppError conflict `settings_changed` */
export async function updateOrderSettings(call: Call, { version, whenNotFound, sendAgainMinutes, buildAgain }: UpdateOrderSettings): Promise<OrderSettings> {
  await call.db.$transaction(async (tx) => {
    const before = await readGroup(tx, 'create')
    if (before.version !== version) throw settingsChanged()
    const after = { whenNotFound, sendAgainMinutes, buildAgain: buildAgain ?? before.value.buildAgain }
    await writeGroup(tx, 'create', { ...before.value, ...after, sendAgainEndedAt: null }, { expectedVersion: version, updatedById: call.user.id })
    await recordAudit(tx, call, {
      action: 'settings.orders_updated',
      entity: 'settings',
      entityId: 'create',
      entityName: 'Orders',
      before: { whenNotFound: before.value.whenNotFound, sendAgainMinutes: before.value.sendAgainMinutes, buildAgain: before.value.buildAgain },
      after,
    })
  })
  return getOrderSettings(call)
}
