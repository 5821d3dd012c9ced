import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../../../server/context.ts'
import { revertVirtfusionSettings } from '../../../server/domains/settings/revert-virtfusion-settings.ts'
import { testVirtfusionConnection } from '../../../server/domains/settings/test-virtfusion-connection.ts'
import { updateVirtfusionSettings } from '../../../server/domains/settings/update-virtfusion-settings.ts'
import { tlsWith } from '../../unit/server/virtfusion/support/faults.ts'
import { createTestServices, type TestServices } from '../support/services.ts'
import { callAsAdmin } from './admin.ts'

let panel: Awaited<ReturnType<typeof tlsWith>>
let services: TestServices
let call: Call

beforeAll(async () => {
  panel = await tlsWith('good')
  services = await createTestServices({ VIRTFUSION_API_URL: panel.baseUrl, VIRTFUSION_API_TOKEN: 'any' })
  call = await callAsAdmin(services)
})
afterAll(async () => {
  await services.close()
  await panel.close()
})

const connect = async () => (await services.panel.client())?.connection.connect({ retries: 0 })

describe('a panel whose certificate a private authority has signed', () => {
  it('is not trusted without it, and connects in a test before the authority is saved', async () => {
    expect(await testVirtfusionConnection(call, {})).toMatchObject({ ok: false, diagnosis: { code: 'tls_unknown_authority' } })
    expect(await testVirtfusionConnection(call, { caPem: panel.ca })).toMatchObject({ ok: true })
    await expect(connect()).rejects.toMatchObject({ kind: 'tls' })
  })

  it('is used once the authority is saved, and no longer when it is taken away', async () => {
    const saved = await updateVirtfusionSettings(call, { caPem: panel.ca })
    expect(saved.caPem).toBe(panel.ca)
    await expect(connect()).resolves.toBeDefined()
    // What is saved counts in a test that gives none, and can be left out of one.
    expect(await testVirtfusionConnection(call, {})).toMatchObject({ ok: true })
    expect(await testVirtfusionConnection(call, { caPem: null })).toMatchObject({ ok: false })

    expect((await updateVirtfusionSettings(call, { caPem: null })).caPem).toBeNull()
    await expect(connect()).rejects.toMatchObject({ kind: 'tls' })
    const { before, after } = await services.db.auditEvent.findFirstOrThrow({ where: { action: 'settings.updated' }, orderBy: { createdAt: 'desc' } })
    expect([before, after]).toMatchObject([{ caFingerprint: expect.stringMatching(/^[0-9A-F:]{95}$/) }, { caFingerprint: null }])
  })

  it('stays when other settings change', async () => {
    await updateVirtfusionSettings(call, { caPem: panel.ca })
    expect((await updateVirtfusionSettings(call, { ownerMode: 'customer' })).caPem).toBe(panel.ca)
  })

  it('keeps its authority when a text that is none is saved or tested', async () => {
    for (const attempt of [updateVirtfusionSettings(call, { caPem: 'none' }), testVirtfusionConnection(call, { caPem: 'none' })]) {
      await expect(attempt).rejects.toMatchObject({ fields: { caPem: expect.stringContaining('no certificate in PEM form') } })
    }
    await expect(connect()).resolves.toBeDefined()
  })

  it('goes with the saved values, also when it was the only one, and is no longer trusted', async () => {
    expect((await updateVirtfusionSettings(call, { caPem: panel.ca })).caPem).toBe(panel.ca)
    expect(await revertVirtfusionSettings(call)).toMatchObject({ caPem: null, apiUrlSource: 'environment' })
    await expect(connect()).rejects.toMatchObject({ kind: 'tls' })
    expect(await services.db.auditEvent.findFirst({ orderBy: { createdAt: 'desc' } })).toMatchObject({ action: 'settings.cleared', after: { caFingerprint: null } })
  })
})
