import type { Call, Db } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { forgetPass } from '../escrow/forget-pass.ts'
import { enterSafeMode } from '../identity/enter-safe-mode.ts'
import { findDoubtAbout } from '../identity/prove-new-panel.ts'
import { auditFields, isOtherConnection } from './rules.ts'
import { writeGroup, type ReadGroup, type SettingValue } from './registry.ts'
import { wakeWaitingOperations } from './wake-waiting-operations.ts'

interface Change {
  before: ReadGroup<'virtfusion'>
  after: SettingValue<'virtfusion'>
  /** Of the audit line, past tense. */
  action: 'settings.updated' | 'settings.cleared'
}

/**
 * Writes the settings and all that follows from another connection: what was learnt about the former one is forgotten, work that waits
 * for the panel goes on, open screens are told. A panel that can't be shown to be the one our servers are bound to is only read from. @throws AppError conflict when somebody else was faster
 */
export async function saveConnection(call: Call, { before, after, action }: Change): Promise<void> {
  const isNew = isOtherConnection(before.value, after)
  const doubt = isNew ? await findDoubtAbout(call, after) : null
  await call.db.$transaction(async (tx) => {
    await writeGroup(tx, 'virtfusion', after, { expectedVersion: before.version, updatedById: call.user.id })
    await recordAudit(tx, call, {
      action,
      entity: 'settings',
      entityId: 'virtfusion',
      entityName: 'API credentials',
      before: auditFields(before.value),
      after: { ...auditFields(after), tokenChanged: before.value.token?.sealed !== after.token?.sealed },
    })
    if (doubt) await enterSafeMode(tx, call, doubt)
    if (isNew) {
      await forgetWhatWasLearnt(tx)
      await forgetPass(tx, call, 'connection_changed')
      await wakeWaitingOperations(tx)
    }
    await call.events.publish(tx, { type: 'panel' }, { admins: true })
  })
  call.panel.forget()
}

/** Whether the panel is reachable stays as last seen: the next call decides it, and tells of the change. */
async function forgetWhatWasLearnt(tx: Db): Promise<void> {
  await tx.panelHealth.updateMany({ where: { id: 'default' }, data: { pausedAt: null, capabilities: {}, version: null, watchedAt: null, clockDifferenceSeconds: null, certificateValidTo: null } })
}
