import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { createVault } from '../../../server/vault.ts'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const PATH = '/api/hooks/virtfusion'
const ADMIN_PATH = '/api/admin/settings/webhook'

let services: TestServices
let http: TestHttp
let admin: Client
let serverId: string
let simulator: Simulator | null = null

beforeAll(async () => {
  services = await createTestServices()
  http = await startHttp(services)
  admin = await http.person('admin')
  const customer = await http.person('customer')
  const plan = await services.db.plan.create({ data: { name: 'Small', features: { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 1 } } })
  const server = await services.db.server.create({
    data: {
      reference: 'vps-hook', customerId: customer.userId ?? '', planId: plan.id, name: 'Hooked', hostname: 'hooked.example.com', lifecycle: 'active', power: 'running',
      virtfusionServerId: 101, virtfusionUuid: 'uuid-hook', virtfusionOwnerId: 2, observedAt: new Date(),
    },
  })
  serverId = server.id
})
afterEach(async () => {
  await simulator?.close()
  simulator = null
  await services.db.$executeRaw`delete from graphile_worker._private_jobs`
})
afterAll(async () => {
  await http?.close()
  await services?.close()
})

const looks = async () => (await services.db.$queryRaw<Array<{ payload: { serverId: string } }>>`
  select job.payload from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = job.task_id where task.identifier = 'server.observe'
`).map(({ payload }) => payload.serverId)

async function makeSecret(): Promise<string> {
  const made = await admin.request('POST', ADMIN_PATH)
  expect(made.status).toBe(201)
  return (made.body as { secret: string }).secret
}

const message = (id: unknown = 101) => ({ event: 'server.build', eventStatus: 'success', data: { errors: [], server: { id, suspended: true, state: 'complete' } } })
const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
const base64 = (text: string) => Buffer.from(text).toString('base64')

function send(headers: Record<string, string>, body: unknown = message()) {
  return http.anonymous().request('POST', PATH, { body, headers })
}

describe('a message from the panel', () => {
  it('has the server that it names looked at, once however often it comes, and changes nothing by itself', async () => {
    const secret = await makeSecret()
    const before = await services.db.server.findUniqueOrThrow({ where: { id: serverId } })
    for (let time = 0; time < 3; time += 1) {
      const answer = await send(bearer(base64(secret)))
      expect([answer.status, answer.text]).toEqual([204, ''])
    }
    expect(await looks()).toEqual([serverId])
    expect(await services.db.server.findUniqueOrThrow({ where: { id: serverId } })).toEqual(before)
  })

  it('is refused when it is forged, whoever is signed in, before its body is looked at', async () => {
    const secret = await makeSecret()
    const forged = ['', 'Bearer', `Bearer ${base64(`${secret}x`)}`, `Bearer ${secret.slice(0, -1)}`, `Basic ${base64(secret)}`, `Bearer ${base64('')}`, `Bearer ${'x'.repeat(9_000)}`]
    for (const authorization of forged) expect((await send({ authorization })).status, authorization.slice(0, 60)).toBe(401)
    expect((await send({})).status).toBe(401)
    expect((await admin.request('POST', PATH, { body: message() })).status).toBe(401)
    expect((await send({}, 'not json')).status).toBe(401)
    expect(await looks()).toEqual([])
  })

  it.each([
    ['names a server that is not ours', message(999)],
    ['names no server', { event: 'user.create', data: { user: { id: 101 } } }],
    ['holds what could not be made', { event: 'server.create', data: { server: false } }],
    ['holds an id that is none', message('101; drop table')],
    ['holds an id beyond all ids', message(1e15)],
    ['is empty', {}],
  ])('is taken and left alone when it %s', async (_, body) => {
    const secret = await makeSecret()
    expect((await send(bearer(secret), body)).status).toBe(204)
    expect(await looks()).toEqual([])
  })

  it('arrives from a panel that is told where to send and with which secret', async () => {
    const secret = await makeSecret()
    simulator = await startSimulator({ speed: 1000 })
    const settings = await fetch(`${simulator.url}/__simulator/settings`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ webhook: { url: `${http.url}${PATH}`, token: secret } }),
    })
    expect(settings.status).toBe(200)
    const api = (path: string, body: unknown) => fetch(`${simulator?.url}/api/v1${path}`, {
      method: 'POST', headers: { 'authorization': `Bearer ${simulator?.token}`, 'content-type': 'application/json' }, body: JSON.stringify(body),
    })
    expect((await api('/servers', { packageId: 1, userId: 2, hypervisorId: 1, ipv4: 1 })).status).toBe(201)
    await api('/servers/101/build', { operatingSystemId: 1 })
    await expect.poll(() => simulator?.deliveries.map(({ event, answer }) => [event, answer]))
      .toEqual(expect.arrayContaining([['server.create', 204], ['server.build', 204]]))
    expect(await looks()).toEqual([serverId])
  })
})

describe('the secret', () => {
  it('is told once, stored sealed, and known by its last four characters', async () => {
    const secret = await makeSecret()
    const shown = await admin.request('GET', ADMIN_PATH)
    expect(shown.body).toMatchObject({ isSet: true, hint: secret.slice(-4) })
    const stored = JSON.stringify(await services.db.setting.findMany())
    for (const text of [shown.text, stored, JSON.stringify(await services.db.auditEvent.findMany())]) expect(text).not.toContain(secret)
  })

  it('ends when another is made, and when it is removed', async () => {
    const first = await makeSecret()
    const second = await makeSecret()
    expect((await send(bearer(base64(first)))).status).toBe(401)
    expect((await send(bearer(base64(second)))).status).toBe(204)
    const removed = await admin.request('DELETE', ADMIN_PATH)
    expect(removed.body).toMatchObject({ isSet: false, hint: null })
    expect((await send(bearer(base64(second)))).status).toBe(401)
  })

  it('lets nobody in once it was sealed with another APP_SECRET', async () => {
    const secret = await makeSecret()
    const sealed = createVault('another secret of the application').seal(secret, 'settings.virtfusion_webhook.secret')
    await services.db.setting.update({ where: { group: 'virtfusion_webhook' }, data: { value: { secret: { sealed, hint: 'xxxx' } } } })
    expect((await send(bearer(base64(secret)))).status).toBe(401)
  })

  it('is in the audit log when it is made and removed', async () => {
    await makeSecret()
    await admin.request('DELETE', ADMIN_PATH)
    const actions = await services.db.auditEvent.findMany({ where: { entityId: 'virtfusion_webhook' }, orderBy: { createdAt: 'desc' }, take: 2 })
    expect(actions.map(({ action }) => action)).toEqual(['settings.webhook_secret_removed', 'settings.webhook_secret_made'])
  })
})
