import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../../../server/context.ts'
import { createPanel } from '../../../server/domains/settings/create-panel.ts'
import { getVirtfusionSettings } from '../../../server/domains/settings/get-virtfusion-settings.ts'
import { readVirtfusionSettings } from '../../../server/domains/settings/read-virtfusion-settings.ts'
import { revertVirtfusionSettings } from '../../../server/domains/settings/revert-virtfusion-settings.ts'
import { updateVirtfusionSettings } from '../../../server/domains/settings/update-virtfusion-settings.ts'
import { createVault } from '../../../server/vault.ts'
import { createTestServices, type TestServices } from '../support/services.ts'
import { callAsAdmin } from './admin.ts'

const ENV_URL = 'https://env.example.com'
const ENV_TOKEN = 'token-of-the-environment'
const SAVED_URL = 'https://saved.example.com/api/v1/'
const SAVED_TOKEN = 'token-that-was-saved-9x7q'

let services: TestServices
let call: Call

beforeAll(async () => {
  services = await createTestServices({ VIRTFUSION_API_URL: ENV_URL, VIRTFUSION_API_TOKEN: ENV_TOKEN })
  call = await callAsAdmin(services)
})
afterEach(async () => {
  await services.db.setting.deleteMany()
  services.panel.forget()
})
afterAll(() => services.close())

const audit = () => services.db.auditEvent.findFirst({ where: { entity: 'settings' }, orderBy: { createdAt: 'desc' } })

describe('the source of each value', () => {
  it('is the environment until something is saved', async () => {
    expect(await getVirtfusionSettings(call)).toMatchObject({
      apiUrl: ENV_URL, apiUrlSource: 'environment', tokenIsSet: true, tokenHint: 'ment', tokenSource: 'environment', ownerMode: 'plan',
      hasEnvironment: true, lastTest: null, updatedAt: null, updatedBy: null, version: 0,
    })
  })

  it('is the saved value afterwards, of which the answer shows four characters and the row nothing', async () => {
    const settings = await updateVirtfusionSettings(call, { apiUrl: SAVED_URL, token: SAVED_TOKEN })
    expect(settings).toMatchObject({ apiUrl: SAVED_URL, apiUrlSource: 'saved', tokenSource: 'saved', tokenHint: '9x7q', updatedBy: 'Ada Admin', version: 1 })
    expect(JSON.stringify(settings)).not.toContain(SAVED_TOKEN)
    expect(JSON.stringify(await services.db.setting.findMany())).not.toContain(SAVED_TOKEN)
    expect((await readVirtfusionSettings(services)).token).toBe(SAVED_TOKEN)
  })

  it('differs per value: a saved token beside the address of the environment', async () => {
    const settings = await updateVirtfusionSettings(call, { token: SAVED_TOKEN })
    expect(settings).toMatchObject({ apiUrl: ENV_URL, apiUrlSource: 'environment', tokenSource: 'saved' })
  })

  it('stays the environment for an address that only came along with a token', async () => {
    expect(await updateVirtfusionSettings(call, { apiUrl: ENV_URL, token: SAVED_TOKEN })).toMatchObject({ apiUrl: ENV_URL, apiUrlSource: 'environment', tokenSource: 'saved' })
  })

  it('goes back to the environment, and the token is then gone for good', async () => {
    await updateVirtfusionSettings(call, { apiUrl: SAVED_URL, token: SAVED_TOKEN, ownerMode: 'customer' })
    const settings = await revertVirtfusionSettings(call)
    expect(settings).toMatchObject({ apiUrl: ENV_URL, apiUrlSource: 'environment', tokenSource: 'environment', ownerMode: 'customer', version: 2 })
    expect(await services.db.setting.findUniqueOrThrow({ where: { group: 'virtfusion' } })).toMatchObject({ value: { apiUrl: null, token: null } })
    expect(await audit()).toMatchObject({ action: 'settings.cleared', actorName: 'Ada Admin' })
  })

  it('is nothing at all where neither is set', async () => {
    const empty = await createTestServices()
    expect(await getVirtfusionSettings(await callAsAdmin(empty))).toMatchObject({
      apiUrl: null, apiUrlSource: 'none', tokenIsSet: false, tokenHint: null, tokenSource: 'none', hasEnvironment: false,
    })
    expect(await empty.panel.client()).toBeNull()
    await empty.close()
  })
})

it.each([{ VIRTFUSION_API_URL: ENV_URL }, { VIRTFUSION_API_TOKEN: ENV_TOKEN }])('promises no way back to an environment that holds only a part: %o', async (env) => {
  const half = await createTestServices(env)
  expect(await getVirtfusionSettings(await callAsAdmin(half))).toMatchObject({ hasEnvironment: false })
  await half.close()
})

describe('the token is for one origin', () => {
  it('refuses another address without its token, and changes nothing', async () => {
    await expect(updateVirtfusionSettings(call, { apiUrl: 'https://evil.example.com' })).rejects.toMatchObject({ status: 400, fields: { token: expect.stringContaining('https://evil.example.com') } })
    expect((await getVirtfusionSettings(call)).apiUrl).toBe(ENV_URL)
  })

  it('keeps it when only the path changes', async () => {
    await updateVirtfusionSettings(call, { apiUrl: 'https://saved.example.com', token: SAVED_TOKEN })
    expect(await updateVirtfusionSettings(call, { apiUrl: SAVED_URL })).toMatchObject({ tokenSource: 'saved', tokenHint: '9x7q' })
  })

  it('drops the saved one when the address goes back to the environment\'s, whose own token then counts', async () => {
    await updateVirtfusionSettings(call, { apiUrl: SAVED_URL, token: SAVED_TOKEN })
    const settings = await updateVirtfusionSettings(call, { apiUrl: `${ENV_URL}/` })
    expect(settings).toMatchObject({ apiUrl: `${ENV_URL}/`, tokenSource: 'environment' })
    expect((await readVirtfusionSettings(services)).token).toBe(ENV_TOKEN)
  })

  it('does not open with another APP_SECRET, says so, and falls back to nothing', async () => {
    await updateVirtfusionSettings(call, { apiUrl: SAVED_URL, token: SAVED_TOKEN })
    const elsewhere = { ...services, vault: createVault('another secret of the same length, made elsewhere') }
    expect(await readVirtfusionSettings(elsewhere)).toMatchObject({ token: null, tokenSource: 'none', isTokenUnreadable: true })
  })
})

describe('saving', () => {
  it.each([
    ['cp.example.com', /https:\/\/cp\.example\.com/],
    ['http://cp.example.com', /https/],
    ['https://user:pass@cp.example.com', /password/],
    ['ftp://cp.example.com', /address/],
  ])('refuses the address %s with a sentence on its field', async (apiUrl, sentence) => {
    await expect(updateVirtfusionSettings(call, { apiUrl, token: SAVED_TOKEN })).rejects.toMatchObject({ status: 400, fields: { apiUrl: expect.stringMatching(sentence) } })
  })

  it('accepts plain http to this machine', async () => {
    expect((await updateVirtfusionSettings(call, { apiUrl: 'http://127.0.0.1:4100', token: SAVED_TOKEN })).apiUrl).toBe('http://127.0.0.1:4100')
  })

  it('refuses a change that was made over an older version, so that the other admin\'s stays', async () => {
    await updateVirtfusionSettings(call, { ownerMode: 'customer', version: 0 })
    await expect(updateVirtfusionSettings(call, { ownerMode: 'plan', version: 0 })).rejects.toMatchObject({ status: 409, reason: 'settings_changed' })
    expect((await getVirtfusionSettings(call)).ownerMode).toBe('customer')
  })

  it('lets one of two saves at the same moment win', async () => {
    const saves = await Promise.allSettled([
      updateVirtfusionSettings(call, { ownerMode: 'customer', version: 0 }),
      updateVirtfusionSettings(call, { ownerMode: 'plan', version: 0 }),
    ])
    expect(saves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('is in the audit log without the token', async () => {
    await updateVirtfusionSettings(call, { apiUrl: SAVED_URL, token: SAVED_TOKEN })
    const event = await audit()
    expect(event).toMatchObject({ action: 'settings.updated', after: { apiUrl: SAVED_URL, tokenHint: '9x7q', tokenChanged: true } })
    expect(JSON.stringify(event)).not.toContain(SAVED_TOKEN)
  })

  it('forgets a pause and what the former token was allowed to do', async () => {
    await services.db.panelHealth.create({ data: { id: 'default', pausedAt: new Date(), capabilities: { 'servers.list': 'forbidden' } } })
    await updateVirtfusionSettings(call, { token: SAVED_TOKEN })
    expect(await services.db.panelHealth.findUniqueOrThrow({ where: { id: 'default' } })).toMatchObject({ pausedAt: null, capabilities: {} })
    await services.db.panelHealth.deleteMany()
  })

  it('wakes what waits for the panel, but no deletion before it is due', async () => {
    const customer = await services.db.user.create({ data: { email: 'c@example.com', name: 'C', role: 'customer' } })
    const plan = await services.db.plan.create({ data: { name: 'P', features: {} } })
    const makeOperation = async (reference: string, step: string) => {
      const server = await services.db.server.create({ data: { reference, name: reference, customerId: customer.id, planId: plan.id } })
      return services.db.operation.create({ data: { serverId: server.id, kind: step === 'scheduled' ? 'delete' : 'create', state: 'waiting', step, actorKind: 'system' } })
    }
    const waiting = await makeOperation('vps-aaaaa', 'prepare')
    await makeOperation('vps-bbbbb', 'scheduled')
    await updateVirtfusionSettings(call, { token: SAVED_TOKEN })
    const jobs = await services.database.pool.query<{ key: string }>('select key from graphile_worker.jobs')
    expect(jobs.rows).toEqual([{ key: `operation:${waiting.id}` }])
  })
})

describe('the panel\'s client', () => {
  it('is kept while nothing changes, and replaced when the address does', async () => {
    const first = await services.panel.client()
    expect(await services.panel.client()).toBe(first)
    await updateVirtfusionSettings(call, { ownerMode: 'customer' })
    expect(await services.panel.client()).toBe(first)
    await updateVirtfusionSettings(call, { apiUrl: SAVED_URL, token: SAVED_TOKEN })
    const second = await services.panel.client()
    expect(second).not.toBe(first)
    expect(second?.origin).toBe('https://saved.example.com')
  })

  it('learns in another process within seconds that the settings changed', async () => {
    const other = createPanel(services)
    expect((await other.client())?.origin).toBe(ENV_URL)
    await updateVirtfusionSettings(call, { apiUrl: SAVED_URL, token: SAVED_TOKEN })
    await expect.poll(async () => (await other.client())?.origin).toBe('https://saved.example.com')
    await other.close()
  })

  it('is none when the environment holds an address that can\'t be used', async () => {
    const wrong = await createTestServices({ VIRTFUSION_API_URL: 'http://panel.example.com', VIRTFUSION_API_TOKEN: 'x' })
    expect(await wrong.panel.client()).toBeNull()
    await wrong.close()
  })

  it('stops the start when the file of the private authority can\'t be read', () => {
    expect(() => createPanel({ ...services, env: { ...services.env, VIRTFUSION_CA_FILE: '/nowhere/ca.pem' } })).toThrow(/VIRTFUSION_CA_FILE/)
  })
})

describe('the abilities', () => {
  it('say when the panel last answered each, so that an old refusal is not taken for news', async () => {
    const log = { method: 'GET', path: '/packages', action: 'packages.list' }
    await services.db.provisioningLog.create({ data: { ...log, httpStatus: 200, createdAt: new Date('2026-11-01T10:00:00Z') } })
    await services.db.provisioningLog.create({ data: { ...log, httpStatus: 403, createdAt: new Date('2026-11-02T10:00:00Z') } })
    await services.db.provisioningLog.create({ data: { ...log, httpStatus: null, createdAt: new Date('2026-11-03T10:00:00Z') } })

    const { capabilities } = await getVirtfusionSettings(call)

    expect(capabilities.find(({ operation }) => operation === 'packages.list')?.seenAt).toBe('2026-11-02T10:00:00.000Z')
    expect(capabilities.find(({ operation }) => operation === 'servers.create')?.seenAt).toBeNull()
  })

  it('say nothing of what a former connection has answered', async () => {
    const seenAt = async () => (await getVirtfusionSettings(call)).capabilities.find(({ operation }) => operation === 'packages.list')?.seenAt
    await services.db.provisioningLog.create({ data: { method: 'GET', path: '/packages', action: 'packages.list', httpStatus: 200, createdAt: new Date(Date.now() - 60_000) } })
    await updateVirtfusionSettings(call, { ownerMode: 'customer' })
    expect(await seenAt()).not.toBeNull()
    await updateVirtfusionSettings(call, { apiUrl: SAVED_URL, token: SAVED_TOKEN })
    expect(await seenAt()).toBeNull()
    await services.db.provisioningLog.create({ data: { method: 'GET', path: '/packages', action: 'packages.list', httpStatus: 200, createdAt: new Date(Date.now() + 1_000) } })
    expect(await seenAt()).not.toBeNull()
  })
})
