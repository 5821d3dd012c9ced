import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { SafetySettingsAnswerSchema, UpdateSafetySettingsSchema } from '#shared/schemas/safety.ts'
import type { Call } from '../../../server/context.ts'
import { getSafetySettings } from '../../../server/domains/settings/get-safety-settings.ts'
import { updateSafetySettings } from '../../../server/domains/settings/update-safety-settings.ts'
import { createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from '../servers/stock.ts'
import { callAsAdmin } from './admin.ts'

let services: TestServices
let call: Call
beforeAll(async () => {
  services = await createTestServices()
  call = await callAsAdmin(services)
})
afterEach(() => services.db.setting.deleteMany())
afterAll(() => services.close())

describe('the safety settings', () => {
  it('are careful before anybody has touched them: they report, and stop at twenty or two percent', async () => {
    const stock = stockOf(services)
    const [customer, plan] = [await stock.customer(), await stock.plan()]
    await stock.server(customer, plan)
    await stock.server(customer, plan, { lifecycle: 'deleted' })
    expect(SafetySettingsAnswerSchema.parse(await getSafetySettings(call))).toEqual({
      suspensionPolicy: 'report', harmPerHour: 20, harmPercentPerHour: 2, fleet: 1, liftedSuspensions: 0, updatedAt: null, updatedBy: null, version: 0,
    })
  })

  it('keep what was not given, and tell the audit log what changed', async () => {
    await updateSafetySettings(call, { harmPerHour: 5, version: 0 })
    expect(await updateSafetySettings(call, { suspensionPolicy: 'enforce', version: 1 })).toMatchObject({ suspensionPolicy: 'enforce', harmPerHour: 5, harmPercentPerHour: 2, updatedBy: 'Ada Admin', version: 2 })
    expect(await services.db.auditEvent.findFirst({ where: { entityId: 'safety' }, orderBy: { createdAt: 'desc' } })).toMatchObject({
      action: 'settings.safety_updated', before: { suspensionPolicy: 'report', harmPerHour: 5 }, after: { suspensionPolicy: 'enforce', harmPerHour: 5 },
    })
  })

  it('are not overwritten by a form that was loaded before somebody else saved', async () => {
    await updateSafetySettings(call, { harmPerHour: 5, version: 0 })
    await expect(updateSafetySettings(call, { harmPerHour: 500, version: 0 })).rejects.toMatchObject({ reason: 'settings_changed' })
    expect((await getSafetySettings(call)).harmPerHour).toBe(5)
  })

  it.each([{ harmPerHour: 0 }, { harmPerHour: 2.5 }, { harmPercentPerHour: 101 }, { harmPercentPerHour: -1 }, { suspensionPolicy: 'delete' }])('refuse %j', (input) => {
    expect(UpdateSafetySettingsSchema.safeParse(input).success).toBe(false)
  })
})
