import { describe, expect, it } from 'vitest'
import { enterSafeMode } from '../../../server/domains/identity/enter-safe-mode.ts'
import { leaveSafeMode } from '../../../server/domains/identity/leave-safe-mode.ts'
import { getOrderSettings } from '../../../server/domains/settings/get-order-settings.ts'
import { updateOrderSettings } from '../../../server/domains/settings/update-order-settings.ts'
import { updateVirtfusionSettings } from '../../../server/domains/settings/update-virtfusion-settings.ts'
import { checkIdentity } from '../../../server/engine/identity/check-identity.ts'
import { describeAuditEvent } from '../../../server/messages/en/audit.ts'
import type { Simulator } from '../../../simulator/server.ts'
import { openStage, type Stage } from '../engine/support.ts'
import { becomeAnother, boundStage, otherPanel, told } from '../identity/support.ts'

const sendAgain = async (stage: Stage) => updateOrderSettings(stage.admin, { whenNotFound: 'send_again', sendAgainMinutes: 30, isRiskUnderstood: true, version: (await getOrderSettings(stage.admin)).version })
const moveTo = (stage: Stage, { url, token }: Simulator) => updateVirtfusionSettings(stage.admin, { apiUrl: url, token })
const leaveAs = (stage: Stage, decision: 'same_panel' | 'new_panel') => leaveSafeMode(stage.admin, { decision, confirm: new URL(stage.simulator.url).host, reason: 'Looked at both' })
const audited = (stage: Stage) => stage.services.db.auditEvent.findMany({ where: { action: 'settings.send_again_ended' } })

/** Nothing is bound to it, so another one raises no alarm. */
async function unboundStage(): Promise<Stage> {
  const stage = await openStage()
  await checkIdentity(stage.services)
  await sendAgain(stage)
  return stage
}

describe('sending an order again by itself', () => {
  it('ends with the panel that it was chosen for; admins are told, and choose anew', async () => {
    const stage = await unboundStage()
    const other = await otherPanel()
    becomeAnother(other)
    await moveTo(stage, other)
    await checkIdentity(stage.services)
    expect(await getOrderSettings(stage.admin)).toMatchObject({ whenNotFound: 'ask', sendAgainMinutes: 30, sendAgainEndedAt: expect.any(String), updatedBy: null })
    const [event] = await audited(stage)
    expect(event).toMatchObject({ actorName: 'Berth', before: { whenNotFound: 'send_again', sendAgainMinutes: 30 }, after: { whenNotFound: 'ask' } })
    expect(event && describeAuditEvent(event)).toContain('the panel is another one')
    expect(await told(stage)).toEqual(['send_again_ended'])
    expect(await sendAgain(stage)).toMatchObject({ whenNotFound: 'send_again', sendAgainEndedAt: null })
  })

  it('goes on where the panel at the new address shows itself to be the same', async () => {
    const stage = await unboundStage()
    await moveTo(stage, await otherPanel())
    await checkIdentity(stage.services)
    expect(await getOrderSettings(stage.admin)).toMatchObject({ whenNotFound: 'send_again', sendAgainEndedAt: null })
    expect(await audited(stage)).toEqual([])
  })

  it('ends when an admin leaves safe mode with a new panel, and goes on with the same one', async () => {
    const stage = await boundStage()
    await sendAgain(stage)
    await enterSafeMode(stage.services.db, stage.services, { code: 'fingerprint_changed', params: {} })
    await leaveAs(stage, 'same_panel')
    expect(await getOrderSettings(stage.admin)).toMatchObject({ whenNotFound: 'send_again' })
    await enterSafeMode(stage.services.db, stage.services, { code: 'fingerprint_changed', params: {} })
    await leaveAs(stage, 'new_panel')
    expect(await getOrderSettings(stage.admin)).toMatchObject({ whenNotFound: 'ask' })
    expect(await audited(stage)).toMatchObject([{ actorId: stage.admin.user.id }])
  })
})
