import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TrafficSchema } from '#shared/schemas/servers.ts'
import { readTraffic } from '../../../server/domains/servers/read-traffic.ts'
import type { Prisma } from '../../../server/generated/prisma/client.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { startHttp } from '../support/http.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from './stock.ts'

const DAYS = 86_400_000

let simulator: Simulator
let services: TestServices
beforeAll(async () => {
  simulator = await startSimulator({ speed: 1000 })
  services = await createTestServices({ VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token })
})
afterEach(() => simulator.control.faults.clear())
afterAll(async () => {
  await services.close()
  await simulator.close()
})

/** A server of the panel's that has run for three days. */
async function remoteServer(fields: { traffic?: number } = {}) {
  const response = await fetch(`${simulator.url}/__simulator/servers`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ userId: 2 }) })
  const { id, uuid } = await response.json() as { id: number, uuid: string }
  const model = simulator.control.state.servers.get(id)
  if (!model) throw new Error('The simulator made no server.')
  Object.assign(model, fields)
  await simulator.control.clock.advance(3 * DAYS)
  return { model, bound: { virtfusionServerId: id, virtfusionUuid: uuid, virtfusionOwnerId: 2 } }
}

async function scene(bound: Partial<Prisma.ServerUncheckedCreateInput>, where = services) {
  const stock = stockOf(where)
  const customer = await stock.customer()
  const server = await stock.server(customer, await stock.plan(), bound)
  return { server, asCustomer: callAs(where, customer), asAdmin: callAs(where, await stock.admin()) }
}

describe('readTraffic', () => {
  it('tells what the current period has used, of how much and until when, and leaves no row in the log', async () => {
    const { bound, model } = await remoteServer({ traffic: 1000 })
    model.trafficBlocks.push({ id: 1, month: 1, traffic: 100, added: 0 })
    const { server, asCustomer } = await scene(bound)
    const traffic = TrafficSchema.parse(await readTraffic(asCustomer, server.id))
    expect(traffic.usedBytes).toBeGreaterThan(0)
    expect(traffic.usedBytes).toBe((traffic.receivedBytes ?? 0) + (traffic.sentBytes ?? 0))
    // What was bought for this period counts on top.
    expect(traffic.limitGb).toBe(1100)
    expect(Date.parse(traffic.period?.to ?? '') - Date.parse(traffic.period?.from ?? '')).toBeGreaterThan(27 * DAYS)
    expect(await services.db.provisioningLog.count({ where: { serverId: server.id } })).toBe(0)
  })

  it('has no limit for one that is not metered', async () => {
    const { bound } = await remoteServer({ traffic: 0 })
    const { server, asCustomer } = await scene(bound)
    expect(await readTraffic(asCustomer, server.id)).toMatchObject({ limitGb: null, usedBytes: expect.any(Number) })
  })

  it('asks the panel once, however many look within two minutes', async () => {
    const { bound } = await remoteServer()
    const { server, asCustomer, asAdmin } = await scene(bound)
    simulator.control.ledger.calls = []
    const [first, second] = await Promise.all([readTraffic(asCustomer, server.id), readTraffic(asAdmin, server.id)])
    expect(await readTraffic(asAdmin, server.id)).toEqual(first)
    expect(second).toEqual(first)
    expect(simulator.control.ledger.calls).toHaveLength(2)
  })

  it('does not exist for a stranger, and the panel is not asked', async () => {
    const { bound } = await remoteServer()
    const { server } = await scene(bound)
    simulator.control.ledger.calls = []
    await expect(readTraffic(callAs(services, await stockOf(services).customer()), server.id)).rejects.toMatchObject({ code: 'not_found' })
    expect(simulator.control.ledger.calls).toEqual([])
  })

  it.each([
    ['has another uuid', { virtfusionUuid: 'another-uuid' }],
    ['belongs to another owner', { virtfusionOwnerId: 3 }],
  ])('shows no counters of a server that %s at the panel', async (_, fields) => {
    const { bound } = await remoteServer()
    const { server, asCustomer, asAdmin } = await scene({ ...bound, ...fields })
    await expect(readTraffic(asAdmin, server.id)).rejects.toMatchObject({ code: 'conflict', reason: 'server_mismatch', diagnosis: { code: expect.stringMatching(/_mismatch$/) } })
    await expect(readTraffic(asCustomer, server.id)).rejects.toMatchObject({ reason: 'server_mismatch', diagnosis: undefined, message: 'It can\'t be read at the moment.' })
  })

  it('asks nothing about a server that is not at the panel', async () => {
    simulator.control.ledger.calls = []
    const read = async (fields: Partial<Prisma.ServerUncheckedCreateInput>, by: 'asAdmin' | 'asCustomer' = 'asAdmin') => {
      const { server, ...calls } = await scene(fields)
      return readTraffic(calls[by], server.id)
    }
    await expect(read({ virtfusionServerId: null, virtfusionUuid: null, lifecycle: 'provisioning' })).rejects.toMatchObject({ reason: 'no_remote_server' })
    await expect(read({ vanishedAt: new Date() })).rejects.toMatchObject({ reason: 'remote_gone' })
    await expect(read({ vanishedAt: new Date() }, 'asCustomer')).rejects.toMatchObject({ reason: 'remote_gone', message: 'It can\'t be read at the moment.' })
    await expect(read({ lifecycle: 'deleted' })).rejects.toMatchObject({ reason: 'server_state_conflict' })
    expect(simulator.control.ledger.calls).toEqual([])
  })

  it('is refused while Berth only reads: the number may be another server\'s', async () => {
    const { bound } = await remoteServer()
    const { server, asCustomer } = await scene(bound)
    const { origin } = new URL(simulator.url)
    await services.db.panelIdentity.upsert({ where: { id: 'default' }, create: { id: 'default', origin, safeModeSince: new Date() }, update: { safeModeSince: new Date() } })
    simulator.control.ledger.calls = []
    await expect(readTraffic(asCustomer, server.id)).rejects.toMatchObject({ code: 'conflict', reason: 'safe_mode' })
    expect(simulator.control.ledger.calls).toEqual([])
    await services.db.panelIdentity.update({ where: { id: 'default' }, data: { safeModeSince: null } })
  })

  it.each([
    ['that the panel fails', { status: 500 }, 'panel_unavailable'],
    ['that the token may not read it', { status: 403 }, 'panel_refused'],
  ])('tells admins %s, with the diagnosis, and customers only that it is unknown', async (_, answer, code) => {
    const { bound } = await remoteServer()
    const { server, asCustomer, asAdmin } = await scene(bound)
    simulator.control.faults.add({ operation: 'GET /servers/{id}/traffic', kind: 'status', ...answer })
    await expect(readTraffic(asAdmin, server.id)).rejects.toMatchObject({ code, diagnosis: { code: expect.any(String) } })
    await expect(readTraffic(asCustomer, server.id)).rejects.toMatchObject({ code, diagnosis: undefined, message: 'It can\'t be read at the moment.' })
  })

  it('says so while no panel is connected', async () => {
    const alone = await createTestServices()
    const { server, asAdmin } = await scene({}, alone)
    await expect(readTraffic(asAdmin, server.id)).rejects.toMatchObject({ code: 'panel_unavailable', diagnosis: { code: 'panel_unconfigured' } })
    await alone.close()
  })
})

describe('with a panel that accepts connections and never says a word', () => {
  it('the traffic is given up within seconds, and whoever asks next is told at once', async () => {
    const sockets = new Set<Socket>()
    const panel = net.createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
    })
    panel.listen(0, '127.0.0.1')
    await once(panel, 'listening')
    const silent = await createTestServices({ VIRTFUSION_API_URL: `http://127.0.0.1:${(panel.address() as AddressInfo).port}`, VIRTFUSION_API_TOKEN: 'unused' })
    const http = await startHttp(silent)
    const client = await http.person('customer')
    const { server } = await scene({ customerId: client.userId ?? '' }, silent)
    const timed = async (path: string) => {
      const startedAt = performance.now()
      const { status, body } = await client.request('GET', path)
      return { status, body, ms: performance.now() - startedAt }
    }

    const asked = timed(`/api/servers/${server.id}/traffic`)
    expect((await timed(`/api/servers/${server.id}`)).status).toBe(200)
    const first = await asked
    expect(first).toMatchObject({ status: 502, body: { code: 'panel_unavailable' } })
    // Other reads wait for 15 seconds.
    expect(first.ms).toBeLessThan(12_000)
    const second = await timed(`/api/servers/${server.id}/traffic`)
    expect(second.status).toBe(502)
    expect(second.ms).toBeLessThan(2_000)

    await http.close()
    await silent.close()
    sockets.forEach((socket) => socket.destroy())
    panel.close()
  })
})
