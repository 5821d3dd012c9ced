import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../../../server/context.ts'
import { getVirtfusionSettings } from '../../../server/domains/settings/get-virtfusion-settings.ts'
import { revertVirtfusionSettings } from '../../../server/domains/settings/revert-virtfusion-settings.ts'
import { testVirtfusionConnection } from '../../../server/domains/settings/test-virtfusion-connection.ts'
import { updateVirtfusionSettings } from '../../../server/domains/settings/update-virtfusion-settings.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { createTestServices, type TestServices } from '../support/services.ts'
import { callAsAdmin } from './admin.ts'

let services: TestServices
let simulator: Simulator
let call: Call

beforeAll(async () => {
  simulator = await startSimulator()
  services = await createTestServices({ VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token })
  call = await callAsAdmin(services)
})
afterEach(() => {
  simulator.control.faults.clear()
  Object.assign(simulator.control.settings, { version: '7.0', connectVariant: 'array' })
})
afterAll(async () => {
  await services.close()
  await simulator.close()
})

const state = (capabilities: { operation: string, state: string }[], operation: string) => capabilities.find((row) => row.operation === operation)?.state

describe('testVirtfusionConnection, a connection that works', () => {
  it('says the exact sentence with the version that /connect names', async () => {
    Object.assign(simulator.control.settings, { version: '7.1', connectVariant: 'version' })
    const test = await testVirtfusionConnection(call, {})
    expect(test).toMatchObject({ ok: true, message: 'VirtFusion connection successful. Version: 7.1.0', version: '7.1.0' })
    expect(test.diagnosis).toBeUndefined()
  })

  it('finds the version in /status when /connect answers an empty list', async () => {
    Object.assign(simulator.control.settings, { version: '7.1' })
    expect((await testVirtfusionConnection(call, {})).message).toBe('VirtFusion connection successful. Version: 7.1.0')
  })

  it('says "not reported" for a panel that names no version, and is green all the same', async () => {
    expect(await testVirtfusionConnection(call, {})).toMatchObject({ ok: true, message: 'VirtFusion connection successful. Version: not reported', version: null })
  })

  it.each(['', '/', '/api/v1', '/api/v1/'])('accepts the address with %j behind the host', async (path) => {
    expect((await testVirtfusionConnection(call, { apiUrl: `${simulator.url}${path}` })).ok).toBe(true)
  })

  it('takes a token that may only create for a supported set-up, and lists what is forbidden', async () => {
    const test = await testVirtfusionConnection(call, { token: 'sim-token-restricted' })
    expect(test.ok).toBe(true)
    expect(state(test.capabilities, 'packages.list')).toBe('forbidden')
    expect(state(test.capabilities, 'servers.create')).toBe('unknown')
    expect(test.capabilities.every((row) => row.ability && row.neededBy)).toBe(true)
  })

  it('changes nothing at the panel', async () => {
    const before = simulator.control.ledger.entries.length
    await testVirtfusionConnection(call, {})
    expect(simulator.control.ledger.entries.length).toBe(before)
  })
})

describe('testVirtfusionConnection, a connection that fails', () => {
  it('says of a wrong token what may be wrong with it', async () => {
    const test = await testVirtfusionConnection(call, { token: 'not-the-token' })
    expect(test).toMatchObject({ ok: false, diagnosis: { code: 'unauthorized', setting: 'VIRTFUSION_API_TOKEN' } })
    expect(test.diagnosis?.cause).toMatch(/expired/)
  })

  it('says that the host name does not exist', async () => {
    const test = await testVirtfusionConnection(call, { apiUrl: 'https://panel.invalid', token: 'x' })
    expect(test).toMatchObject({ ok: false, diagnosis: { code: expect.stringMatching(/host_not_found|dns_unavailable/) } })
  })

  it('says that nobody listens on the port', async () => {
    expect(await testVirtfusionConnection(call, { apiUrl: 'http://127.0.0.1:9', token: 'x' }))
      .toMatchObject({ ok: false, diagnosis: { code: expect.stringMatching(/connection_refused|blocked_port/) } })
  })

  it('offers the right address when the path is wrong', async () => {
    const test = await testVirtfusionConnection(call, { apiUrl: `${simulator.url}/panel` })
    expect(test).toMatchObject({ ok: false, diagnosis: { code: 'wrong_base_path', params: { correctedUrl: `${simulator.url}/api/v1` } } })
    expect((await testVirtfusionConnection(call, { apiUrl: String(test.diagnosis?.params?.correctedUrl) })).ok).toBe(true)
  })

  it('tells a page from an API', async () => {
    simulator.control.faults.add({ kind: 'html', status: 200 })
    expect((await testVirtfusionConnection(call, {})).diagnosis?.code).toBe('html_answer')
  })

  it('gives up on a panel that hangs', async () => {
    simulator.control.faults.add({ operation: 'GET /connect', kind: 'hang' })
    const test = await testVirtfusionConnection(call, {}, { timeoutMs: 1_500 })
    expect(test).toMatchObject({ ok: false, diagnosis: { code: 'answer_timeout' } })
  })

  it('refuses plain http to another machine before anything is sent', async () => {
    expect((await testVirtfusionConnection(call, { apiUrl: 'http://panel.example.com', token: 'x' })).diagnosis?.code).toBe('base_url_insecure')
  })

  it('says what is wrong with an address that is none', async () => {
    expect((await testVirtfusionConnection(call, { apiUrl: 'cp.example.com', token: 'x' })).diagnosis)
      .toMatchObject({ code: 'base_url_scheme_missing', params: { correctedUrl: 'https://cp.example.com' } })
  })

  it('asks for the token of another address instead of sending the stored one there', async () => {
    const stranger = await startSimulator({ token: simulator.token })
    const test = await testVirtfusionConnection(call, { apiUrl: stranger.url })
    expect(test).toMatchObject({ ok: false, diagnosis: { code: 'token_missing' } })
    expect(stranger.control.ledger.calls).toHaveLength(0)
    await stranger.close()
  })
})

describe('testVirtfusionConnection, what stays', () => {
  it('keeps the last result with its time and person, and no token', async () => {
    await testVirtfusionConnection(call, { token: 'a-very-secret-token' })
    const { lastTest } = await getVirtfusionSettings(call)
    expect(lastTest).toMatchObject({ ok: false, testedBy: 'Ada Admin', apiUrl: simulator.url, isInForce: false, diagnosis: { code: 'unauthorized' } })
    await testVirtfusionConnection(call, { apiUrl: `${simulator.url}/api/v1/` })
    expect((await getVirtfusionSettings(call)).lastTest).toMatchObject({ ok: true, isInForce: true })
    const rows = JSON.stringify([await services.db.setting.findMany(), await services.db.auditEvent.findMany()])
    expect(rows).not.toContain('a-very-secret-token')
    expect(rows).not.toContain(simulator.token)
  })

  it('says of what was tested whether it is in force now: it may be saved afterwards, and changed again', async () => {
    const lastTest = async () => (await getVirtfusionSettings(call)).lastTest
    await testVirtfusionConnection(call, { token: 'sim-token-restricted' })
    expect(await lastTest()).toMatchObject({ ok: true, isInForce: false })
    await updateVirtfusionSettings(call, { apiUrl: simulator.url, token: 'sim-token-restricted' })
    expect(await lastTest()).toMatchObject({ ok: true, isInForce: true })
    const { capabilities } = await getVirtfusionSettings(call)
    expect(capabilities.find(({ operation }) => operation === 'packages.list')).toMatchObject({ state: 'forbidden', seenAt: expect.any(String) })
    await updateVirtfusionSettings(call, { token: simulator.token })
    expect(await lastTest()).toMatchObject({ ok: true, isInForce: false })
    expect(state((await getVirtfusionSettings(call)).capabilities, 'packages.list')).toBe('unknown')
    await revertVirtfusionSettings(call)
  })

  it('remembers what the token in force may do, but not what another token may', async () => {
    await testVirtfusionConnection(call, { token: 'sim-token-restricted' })
    expect(state((await getVirtfusionSettings(call)).capabilities, 'packages.list')).not.toBe('forbidden')
    await testVirtfusionConnection(call, {})
    expect(state((await getVirtfusionSettings(call)).capabilities, 'packages.list')).toBe('allowed')
  })

  it('uses the saved token for its own address', async () => {
    await updateVirtfusionSettings(call, { apiUrl: simulator.url, token: 'sim-token-restricted' })
    const test = await testVirtfusionConnection(call, { apiUrl: `${simulator.url}/api/v1/` })
    expect(state(test.capabilities, 'packages.list')).toBe('forbidden')
  })
})

describe('testVirtfusionConnection, nothing configured', () => {
  it('asks for the address first', async () => {
    const empty = await createTestServices()
    expect((await testVirtfusionConnection(await callAsAdmin(empty), {})).diagnosis?.code).toBe('base_url_empty')
    await empty.close()
  })
})
