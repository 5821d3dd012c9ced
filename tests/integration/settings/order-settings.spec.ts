import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { UpdateOrderSettingsSchema } from '#shared/schemas/engine-settings.ts'
import type { Call } from '../../../server/context.ts'
import { getOrderSettings } from '../../../server/domains/settings/get-order-settings.ts'
import { updateOrderSettings } from '../../../server/domains/settings/update-order-settings.ts'
import { createTestServices, type TestServices } from '../support/services.ts'
import { callAsAdmin } from './admin.ts'

let services: TestServices
let call: Call

beforeAll(async () => {
  services = await createTestServices()
  call = await callAsAdmin(services)
})
afterEach(() => services.db.setting.deleteMany())
afterAll(() => services.close())

const sendAgain = { whenNotFound: 'send_again' as const, sendAgainMinutes: 30, isRiskUnderstood: true }

describe('what happens to an order that can\'t be found', () => {
  it('is a question to a person until somebody says otherwise', async () => {
    expect(await getOrderSettings(call)).toEqual({ mode: 'direct', whenNotFound: 'ask', sendAgainMinutes: 60, sendAgainEndedAt: null, buildAgain: true, version: 0, updatedAt: null, updatedBy: null })
  })

  it('is saved with who did it, and audited with what it was before', async () => {
    expect(await updateOrderSettings(call, { ...sendAgain, version: 0 })).toMatchObject({ whenNotFound: 'send_again', sendAgainMinutes: 30, version: 1, updatedBy: 'Ada Admin' })
    expect(await services.db.auditEvent.findFirst({ where: { action: 'settings.orders_updated' } })).toMatchObject({
      actorName: 'Ada Admin', entityName: 'Orders', before: { whenNotFound: 'ask', sendAgainMinutes: 60 }, after: { whenNotFound: 'send_again', sendAgainMinutes: 30 },
    })
  })

  it('leaves what is not said as it is, and switches building again off and on', async () => {
    await updateOrderSettings(call, { whenNotFound: 'ask', sendAgainMinutes: 60, isRiskUnderstood: false, buildAgain: false, version: 0 })
    expect(await updateOrderSettings(call, { ...sendAgain, version: 1 })).toMatchObject({ buildAgain: false })
  })

  it('is not overwritten by somebody who saw an older version, and leaves how orders are sent alone', async () => {
    await services.db.setting.create({ data: { group: 'create', value: { mode: 'escrow' } } })
    await updateOrderSettings(call, { ...sendAgain, version: 1 })
    await expect(updateOrderSettings(call, { whenNotFound: 'ask', sendAgainMinutes: 60, isRiskUnderstood: false, version: 1 })).rejects.toMatchObject({ reason: 'settings_changed' })
    expect(await getOrderSettings(call)).toMatchObject({ mode: 'escrow', whenNotFound: 'send_again', version: 2 })
  })

  it('is never sent again sooner than after 15 minutes, nor without the risk being understood', () => {
    const issues = (input: object) => UpdateOrderSettingsSchema.safeParse({ version: 0, ...sendAgain, ...input }).error?.issues.map(({ path }) => path.join('.')) ?? []
    expect(issues({})).toEqual([])
    expect(issues({ sendAgainMinutes: 14 })).toEqual(['sendAgainMinutes'])
    expect(issues({ sendAgainMinutes: undefined })).toEqual(['sendAgainMinutes'])
    expect(issues({ isRiskUnderstood: false })).toEqual(['isRiskUnderstood'])
    expect(issues({ whenNotFound: 'ask', isRiskUnderstood: false })).toEqual([])
  })
})
