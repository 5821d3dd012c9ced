import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AcceptedSchema, AdminServerSchema, type AdminServer } from '../../../shared/schemas/servers.ts'
import { startWorker } from '../../../server/engine/worker.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

let simulator: Simulator
let services: TestServices
let http: TestHttp
let worker: { stop(): Promise<void> }
let admin: Client
let customer: Client
beforeAll(async () => {
  simulator = await startSimulator({ speed: 500 })
  services = await createTestServices({ VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token })
  http = await startHttp(services)
  worker = startWorker(services)
  admin = await http.person('admin', 'Ana')
  customer = await http.person('customer', 'Carl')
})
afterAll(async () => {
  await worker.stop()
  await http.close()
  await services.close()
  await simulator.close()
})

async function ask(method: string, path: string, body?: unknown, client = admin) {
  const answer = await client.request(method, path, body === undefined ? {} : { body })
  expect(answer.status, answer.text).toBe(202)
  return answer.body as { operation: { id: string } }
}

async function until(serverId: string, isReached: (server: AdminServer) => boolean): Promise<AdminServer> {
  for (const end = Date.now() + 60_000; ;) {
    const { body } = await admin.request('GET', `/api/admin/servers/${serverId}`)
    const server = AdminServerSchema.parse(body)
    if (isReached(server)) return server
    if (Date.now() > end) throw new Error(`Waited in vain; last seen: ${JSON.stringify(server)}`)
    await sleep(100)
  }
}

const isIdle = (server: AdminServer) => server.operation === null

describe('a server, over the routes', () => {
  it('is sold, switched, suspended, unsuspended, kept from deletion, and deleted; every call left a row', async () => {
    const plan = await services.db.plan.create({ data: { name: 'S', features: { virtfusion_package_id: 1, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1, virtfusion_operating_system_id: 2 } } })
    const order = await admin.request('POST', '/api/admin/servers', { body: { customerId: customer.userId, planId: plan.id, name: 'web-1' }, headers: { 'idempotency-key': 'order-1' } })
    const again = await admin.request('POST', '/api/admin/servers', { body: { customerId: customer.userId, planId: plan.id, name: 'web-1' }, headers: { 'idempotency-key': 'order-1' } })
    const { server: { id }, operation } = AcceptedSchema.parse(order.body)
    expect(order.status).toBe(202)
    expect(AcceptedSchema.parse(again.body).operation.id).toBe(operation.id)

    const active = await until(id, (server) => server.lifecycle === 'active' && isIdle(server))
    expect(active).toMatchObject({ freshness: 'live', virtfusionServerId: expect.any(Number), ipv4: [expect.any(String)] })

    await until(id, (server) => server.power === 'running')
    await ask('POST', `/api/servers/${id}/power`, { action: 'shutdown' }, customer)
    await until(id, (server) => server.power === 'stopped' && isIdle(server))
    await ask('POST', `/api/servers/${id}/power`, { action: 'boot' }, customer)
    await until(id, (server) => server.power === 'running' && isIdle(server))

    await ask('POST', `/api/admin/servers/${id}/suspend`, { reason: 'unpaid' })
    expect(await until(id, (server) => server.suspension !== null && isIdle(server))).toMatchObject({ suspension: { reason: 'unpaid', by: { name: 'Ana' } } })
    const refused = await customer.request('POST', `/api/servers/${id}/power`, { body: { action: 'restart' } })
    expect(refused).toMatchObject({ status: 409, body: { detail: 'This server is suspended.' } })
    await ask('POST', `/api/admin/servers/${id}/unsuspend`)
    await until(id, (server) => server.suspension === null && isIdle(server))

    await ask('DELETE', `/api/admin/servers/${id}`, { delayMinutes: 60, confirm: 'web-1' })
    expect((await until(id, isIdle)).deletion).not.toBeNull()
    await ask('POST', `/api/admin/servers/${id}/cancel-deletion`)
    expect((await until(id, isIdle)).deletion).toBeNull()
    expect((await admin.request('POST', `/api/admin/servers/${id}/cancel-deletion`)).status).toBe(409)

    await ask('DELETE', `/api/admin/servers/${id}`, { confirm: active.reference })
    await until(id, (server) => server.lifecycle === 'deleted')

    const activity = await customer.request('GET', `/api/servers/${id}/activity`)
    expect((activity.body as { items: { text: string }[] }).items.map((item) => item.text)).toContain('The deletion of your server was called off.')
    const { body } = await admin.request('GET', `/api/admin/provisioning-logs?serverId=${id}&action=servers.create&limit=10`)
    expect((body as { items: unknown[] }).items).toHaveLength(1)
    expect(simulator.control.ledger.entries.filter((entry) => entry.effect === 'server.created')).toHaveLength(1)
  }, 120_000)
})
