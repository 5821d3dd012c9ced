import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { resetPassword } from '../../../server/domains/servers/reset-password.ts'
import { enterSafeMode } from '../../../server/domains/identity/enter-safe-mode.ts'
import type { Prisma } from '../../../server/generated/prisma/client.ts'
import { describeDiagnosis } from '../../../server/messages/describe.ts'
import { makeServer } from '../../../simulator/control/by-hand.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { startHttp, type TestHttp } from '../support/http.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from './stock.ts'

const RESET = 'POST /servers/{id}/resetPassword'
const OWNER = 2

let simulator: Simulator
let services: TestServices
let http: TestHttp
beforeAll(async () => {
  simulator = await startSimulator({ speed: 1000 })
  services = await createTestServices({ VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token })
  http = await startHttp(services)
})
beforeEach(() => simulator.control.faults.clear())
afterAll(async () => {
  await http.close()
  await services.close()
  await simulator.close()
})

/** A running server at the panel, its row, and calls by its customer and by an admin. */
async function scene(fields: Partial<Prisma.ServerUncheckedCreateInput> = {}, on: TestServices = services) {
  const stock = stockOf(on)
  const [customer, admin] = await Promise.all([stock.customer(), stock.admin()])
  const remote = makeServer(simulator.control, { userId: OWNER })
  const { uuid } = simulator.control.state.servers.get(remote.id) ?? { uuid: '' }
  const server = await stock.server(customer, await stock.plan(), { virtfusionServerId: remote.id, virtfusionUuid: uuid, virtfusionOwnerId: OWNER, ...fields })
  return { call: callAs(on, customer), admin: callAs(on, admin), server, remoteId: remote.id }
}

const effects = (name: string, serverId: number) => simulator.control.ledger.entries.filter(({ effect, ids }) => effect === name && ids?.['serverId'] === serverId).length
const actions = async (serverId: string, on = services) => (await on.db.provisioningLog.findMany({ where: { serverId }, orderBy: { sequence: 'asc' } })).map(({ action }) => action)
const fault = (rule: Parameters<Simulator['control']['faults']['add']>[0]) => simulator.control.faults.add({ times: 1, ...rule })
const refusalOf = (reset: Promise<unknown>) => reset.then(() => expect.unreachable('a password was handed over'), (error: unknown) => error as Error & { reason: string, diagnosis?: { code: string, params: Record<string, string> } })

/** The tables in which the text stands in any column of any row. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await services.database.pool.query<{ name: string }>('select format(\'%I.%I\', table_schema, table_name) as name from information_schema.tables where table_schema not in (\'pg_catalog\', \'information_schema\')')
  const found = await Promise.all(rows.map(async ({ name }) => {
    const { rowCount } = await services.database.pool.query(`select from ${name} as line where line::text like $1`, [`%${text}%`])
    return rowCount ? [name] : []
  }))
  return found.flat()
}

describe('resetPassword', () => {
  it('hands over the password that the panel has set, and keeps it nowhere', async () => {
    const { call, server, remoteId } = await scene()
    const { user, password, isSet } = await resetPassword(call, server.id)
    expect([user, password.length, isSet]).toEqual(['root', 20, true])
    expect(effects('server.password-changed', remoteId)).toBe(1)
    expect(await tablesWith(password)).toEqual([])
    expect(await tablesWith(server.id)).toEqual(expect.arrayContaining(['public.provisioning_logs', 'public.audit_events']))
    const rows = await services.db.provisioningLog.findMany({ where: { serverId: server.id, action: 'servers.resetPassword' }, omit: { sequence: true } })
    expect(rows).toMatchObject([{ outcome: 'ok', effect: 'done', requestId: call.requestId, requestBody: { user: 'root', sendMail: false }, responseBody: { data: { expectedPassword: '[redacted]' } } }])
    expect(await services.db.auditEvent.findMany({ where: { entityId: server.id } })).toMatchObject([{ action: 'server.password_reset', actorId: call.user.id, entityName: server.name }])
  })

  it('sets that of the administrator where Windows is installed', async () => {
    const { admin, server } = await scene({ operatingSystemName: 'Windows Server 2025' })
    expect(await resetPassword(admin, server.id)).toMatchObject({ user: 'Administrator', isSet: true })
  })

  it('asks once more in small letters where the panel wants the administrator so', async () => {
    const { readings } = simulator.control.settings
    onTestFinished(() => { simulator.control.settings = { ...simulator.control.settings, readings } })
    simulator.control.settings = { ...simulator.control.settings, readings: { ...readings, windowsUser: 'administrator' } }
    const { admin, server, remoteId } = await scene({ operatingSystemName: 'Windows Server 2025' })
    expect(await resetPassword(admin, server.id)).toMatchObject({ user: 'Administrator', isSet: true })
    expect(effects('server.password-changed', remoteId)).toBe(1)
    const rows = await services.db.provisioningLog.findMany({ where: { serverId: server.id, action: 'servers.resetPassword' }, orderBy: { sequence: 'asc' }, omit: { sequence: true } })
    expect(rows).toMatchObject([{ effect: 'none', httpStatus: 422, requestBody: { user: 'Administrator' } }, { effect: 'done', requestBody: { user: 'administrator' } }])
  })

  it('asks no second time for what is refused for another reason', async () => {
    const { admin, server } = await scene({ operatingSystemName: 'Windows Server 2025' })
    fault({ operation: RESET, kind: 'status', status: 422, body: { errors: ['The guest agent is not installed'] } })
    expect(await refusalOf(resetPassword(admin, server.id))).toMatchObject({ code: 'panel_refused' })
    expect(await services.db.provisioningLog.count({ where: { serverId: server.id, action: 'servers.resetPassword' } })).toBe(1)
  })

  it('says that the password may have been changed when the answer is lost, and sends it no second time', async () => {
    const { call, server, remoteId } = await scene()
    fault({ operation: RESET, kind: 'drop-after-effect' })
    expect(await refusalOf(resetPassword(call, server.id))).toMatchObject({
      code: 'panel_unavailable', reason: 'password_effect_unknown', message: 'The answer was lost, so the password may have been changed. Reset it again to get one that you can see.',
    })
    expect(effects('server.password-queued', remoteId)).toBe(1)
    expect(await services.db.provisioningLog.findMany({ where: { serverId: server.id, method: 'POST' }, omit: { sequence: true } })).toMatchObject([{ outcome: 'unknown', effect: 'unknown' }])
    expect(await services.db.auditEvent.count({ where: { entityId: server.id } })).toBe(1)
    expect(await resetPassword(call, server.id)).toMatchObject({ isSet: true })
  })

  it('sends nothing for a server that was read half a minute ago, as after a process stood still: another one may have its number by now', async () => {
    const { admin, server, remoteId } = await scene()
    const { calls } = simulator.control.ledger
    const [real, before] = [performance.now.bind(performance), calls.length]
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => real() + (calls.length > before ? 30_000 : 0))
    onTestFinished(() => clock.mockRestore())
    await expect(resetPassword(admin, server.id)).rejects.toMatchObject({ name: 'TooLateError' })
    expect(await actions(server.id)).toEqual(['servers.get'])
    expect(effects('server.password-queued', remoteId)).toBe(0)
  })

  it('shows no password that opens nothing: a task that failed is told, with the panel\'s words for admins alone', async () => {
    const { call, admin, server } = await scene()
    simulator.control.faults.add({ operation: RESET, kind: 'task-failure', body: 'The guest agent did not answer' })
    const told = await refusalOf(resetPassword(call, server.id))
    expect(told).toMatchObject({ reason: 'password_task_failed', diagnosis: undefined, message: expect.stringContaining('guest agent inside the server') })
    expect((await refusalOf(resetPassword(admin, server.id))).diagnosis).toEqual({ code: 'password_task_failed', params: { message: 'The guest agent did not answer' } })
  })

  it('strikes the password where the panel\'s task quotes it', async () => {
    const { admin, server, remoteId } = await scene()
    const password = 'Qu0tedByTheTask47'
    fault({ operation: RESET, kind: 'status', status: 200, body: { data: { queueId: 47, expectedPassword: password } } })
    fault({ operation: 'GET /queue/47', kind: 'status', status: 200, body: { data: {
      id: 47, serverId: remoteId, finished: '2026-11-26T03:00:00+00:00', failed: true, errors: { exception: { message: `set-user-password root ${password}: no answer` } },
    } } })
    const told = await refusalOf(resetPassword(admin, server.id))
    expect(told.diagnosis?.params['message']).toBe('set-user-password root [redacted]: no answer')
    expect(await tablesWith(password)).toEqual([])
    expect(await tablesWith('set-user-password root [redacted]')).toEqual(['public.provisioning_logs'])
  })

  it('hands the password over as not yet confirmed where the token may not follow the task', async () => {
    const { call, server } = await scene()
    fault({ operation: 'GET /queue/{id}', kind: 'status', status: 403, body: { errors: ['forbidden'] } })
    expect(await resetPassword(call, server.id)).toMatchObject({ user: 'root', isSet: false })
  })

  it.each<[string, Partial<Prisma.ServerUncheckedCreateInput>, string]>([
    ['suspended', { suspendedAt: new Date() }, 'This server is suspended.'],
    ['still being made', { lifecycle: 'provisioning', virtfusionServerId: null, virtfusionUuid: null }, 'This server is still being made.'],
    ['being deleted', { lifecycle: 'deleting' }, 'This server is being deleted.'],
    ['deleted', { lifecycle: 'deleted' }, 'This server is deleted.'],
  ])('is refused for a server that is %s, and calls nobody', async (_, fields, message) => {
    const { call, admin, server } = await scene(fields)
    for (const asking of [call, admin]) await expect(resetPassword(asking, server.id)).rejects.toMatchObject({ code: 'conflict', message })
    expect(await actions(server.id)).toEqual([])
  })

  it('is refused while another operation is under way', async () => {
    const { call, server } = await scene()
    await stockOf(services).operation(server, { kind: 'restart', state: 'running' })
    await expect(resetPassword(call, server.id)).rejects.toMatchObject({ message: 'A restart is under way. Wait until it is finished.' })
    expect(await actions(server.id)).toEqual([])
  })

  it('reads first, and sends nothing for another server, for one that another account owns, and for one that was suspended or switched off at the panel', async () => {
    const exchanged = await scene({ virtfusionUuid: 'another-one' })
    expect(await refusalOf(resetPassword(exchanged.call, exchanged.server.id))).toMatchObject({ reason: 'server_mismatch', diagnosis: undefined })
    expect(await refusalOf(resetPassword(exchanged.admin, exchanged.server.id))).toMatchObject({ diagnosis: { code: 'uuid_mismatch' } })
    const moved = await scene({ virtfusionOwnerId: OWNER + 1 })
    expect(await refusalOf(resetPassword(moved.admin, moved.server.id))).toMatchObject({ diagnosis: { code: 'owner_mismatch' } })
    const suspended = await scene()
    Object.assign(simulator.control.state.servers.get(suspended.remoteId) ?? {}, { suspended: true })
    expect(await refusalOf(resetPassword(suspended.call, suspended.server.id))).toMatchObject({ message: 'This server is suspended.' })
    const stopped = await scene()
    Object.assign(simulator.control.state.servers.get(stopped.remoteId) ?? {}, { power: 'stopped' })
    expect(await refusalOf(resetPassword(stopped.call, stopped.server.id))).toMatchObject({ message: 'It is switched off. Start it first.' })
    for (const { server, remoteId } of [exchanged, moved, suspended, stopped]) {
      expect(new Set(await actions(server.id))).toEqual(new Set(['servers.get']))
      expect(effects('server.password-queued', remoteId)).toBe(0)
    }
  })

  it('names the permission that the token lacks to admins, and to customers only that it is not possible', async () => {
    const { call, admin, server, remoteId } = await scene()
    simulator.control.faults.add({ operation: RESET, kind: 'status', status: 403, body: { errors: ['forbidden'] } })
    const told = await refusalOf(resetPassword(admin, server.id))
    expect(told).toMatchObject({ code: 'panel_refused', reason: 'permission_missing', diagnosis: { code: 'forbidden' } })
    expect(told.diagnosis && describeDiagnosis(told.diagnosis).fix).toContain('allow the token to reset the password of a server')
    expect(await refusalOf(resetPassword(call, server.id))).toMatchObject({ diagnosis: undefined, message: 'This is not possible at the moment. Write to the support of your host.' })
    expect(effects('server.password-queued', remoteId)).toBe(0)
  })

  it('sends nothing blindly: a token that may not read the server sets no password in it', async () => {
    const { admin, server } = await scene()
    fault({ operation: 'GET /servers/{id}', kind: 'status', status: 403, body: { errors: ['forbidden'] } })
    const told = await refusalOf(resetPassword(admin, server.id))
    expect(told.diagnosis && describeDiagnosis(told.diagnosis).fix).toContain('allow the token to read a server')
    expect(await actions(server.id)).toEqual(['servers.get'])
  })

  it('tells a refused token, and a panel that is busy with the server, as what they are', async () => {
    const { admin, server } = await scene()
    fault({ operation: 'GET /servers/{id}', kind: 'status', status: 401 })
    expect(await refusalOf(resetPassword(admin, server.id))).toMatchObject({ code: 'panel_refused', diagnosis: { code: 'unauthorized' } })
    fault({ operation: RESET, kind: 'status', status: 423, body: { msg: 'server has pending tasks in queue' } })
    expect(await refusalOf(resetPassword(admin, server.id))).toMatchObject({ code: 'conflict', reason: 'panel_busy' })
  })

  it('asks the panel nothing in safe mode', async () => {
    const safe = await createTestServices({ VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token })
    onTestFinished(() => safe.close())
    const { call, admin, server } = await scene({}, safe)
    await enterSafeMode(safe.db, safe, { code: 'mass_vanish', params: {} })
    await expect(resetPassword(admin, server.id)).rejects.toMatchObject({ code: 'conflict', reason: 'safe_mode' })
    await expect(resetPassword(call, server.id)).rejects.toMatchObject({ message: 'Changes are paused by your host.' })
    expect(await actions(server.id, safe)).toEqual([])
  })
})

describe('the routes', () => {
  const ofCustomer = async () => {
    const client = await http.person('customer')
    const { server } = await scene({ customerId: client.userId ?? '' })
    return { client, path: `/api/servers/${server.id}/reset-password` }
  }

  it('answer with what the dialog needs and nothing else, to be stored by nobody on the way', async () => {
    const { client, path } = await ofCustomer()
    const answer = await client.request('POST', path)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(answer.body).toEqual({ user: 'root', password: expect.stringMatching(/^.{20}$/), isSet: true })
    expect((await (await http.person('admin')).request('POST', path.replace('/api/', '/api/admin/'))).status).toBe(200)
  })

  it('answer for somebody else\'s server as for one that does not exist', async () => {
    const { path } = await ofCustomer()
    const stranger = await http.person('customer')
    const foreign = await stranger.request('POST', path)
    const absent = await stranger.request('POST', '/api/servers/01890000-0000-7000-8000-000000000000/reset-password')
    expect([foreign.status, absent.status]).toEqual([404, 404])
    expect({ ...foreign.body as object, requestId: '' }).toEqual({ ...absent.body as object, requestId: '' })
  })

  it('let a person ask six times in a minute, then say how long to wait; others go on', async () => {
    const { client, path } = await ofCustomer()
    const seen: number[] = []
    for (let round = 0; round < 6; round++) seen.push((await client.request('POST', path)).status)
    expect(seen).toEqual([200, 200, 200, 200, 200, 200])
    const refused = await client.request('POST', path)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.body).toMatchObject({ code: 'too_many_requests', detail: expect.stringContaining('Wait') })
    const other = await ofCustomer()
    expect((await other.client.request('POST', other.path)).status).toBe(200)
  })
})
