import type { Call, Db } from '../../context.ts'
import { readSafeModeLeft } from '../../engine/identity/read-safe-mode.ts'
import { conflict } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { forgetPass } from '../escrow/forget-pass.ts'
import { enterSafeMode } from '../identity/enter-safe-mode.ts'
import { findDoubtAbout } from '../identity/prove-new-panel.ts'
import { lockConnection } from './lock-connection.ts'
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
 * for the panel goes on, open screens are told. A panel that can't be shown to be the one our servers are bound to is only read from. @throws AppError conflict when somebody else was faster, with these settings or with leaving safe mode
 */
export async function saveConnection(call: Call, { before, after, action }: Change): Promise<void> {
  const isNew = isOtherConnection(before.value, after)
  const leftAt = await findLeftAt(call.db)
  const doubt = isNew ? await findDoubtAbout(call, after) : null
  await call.db.$transaction(async (tx) => {
    await lockConnection(tx)
    if (isNew && await findLeftAt(tx) !== leftAt) throw conflict('Somebody decided about the panel a moment ago, and this connection was compared with what was known before that. Save it once more.', 'identity_changed')
    await writeGroup(tx, 'virtfusion', isNew ? { ...after, connectedAt: call.now().toISOString() } : after, { expectedVersion: before.version, updatedById: call.user.id })
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

/** When somebody last said which panel is ours. */
async function findLeftAt(db: Db): Promise<number | null> {
  return (await readSafeModeLeft(db))?.getTime() ?? null
}

/** Whether the panel is reachable stays as last seen: the next call decides it, and tells of the change. */
async function forgetWhatWasLearnt(tx: Db): Promise<void> {
  await tx.panelHealth.updateMany({ where: { id: 'default' }, data: { pausedAt: null, capabilities: {}, version: null, watchedAt: null, clockDifferenceSeconds: null, certificateValidTo: null } })
}
