import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

/** Accepts connections and never says a word: the slowest way of being dead. */
const panel = net.createServer((socket) => {
  sockets.add(socket)
  socket.on('error', () => {})
})
const sockets = new Set<Socket>()

let services: TestServices
let http: TestHttp
let admin: Client

beforeAll(async () => {
  panel.listen(0, '127.0.0.1')
  await once(panel, 'listening')
  services = await createTestServices({ VIRTFUSION_API_URL: `http://127.0.0.1:${(panel.address() as AddressInfo).port}`, VIRTFUSION_API_TOKEN: 'unused' })
  http = await startHttp(services)
  admin = await http.person('admin')
})
afterAll(async () => {
  await http?.close()
  await services?.close()
  sockets.forEach((socket) => socket.destroy())
  panel.close()
})

/** What the screens of an admin read, the one that asks the panel among them. */
const READS = [
  '/api/panel', '/api/admin/dashboard', '/api/admin/servers', '/api/admin/plans', '/api/admin/customers', '/api/admin/operations', '/api/admin/provisioning-logs',
  '/api/admin/audit-events', '/api/admin/settings/virtfusion', '/api/admin/settings/webhook',
]

describe('with a panel that has stopped answering', () => {
  it('every page has what it needs within half a second, also when the time has come to try again', async () => {
    const client = await services.panel.client()
    const calls = [1, 2, 3, 4, 5].map((id) => client?.packages.get(id, { timeoutMs: 100, retries: 0 }).catch((error: unknown) => error))
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ kind: 'timeout' })

    for (let round = 0; round < 2; round += 1) {
      // Names are kept for a minute, so each round asks for others.
      for (const path of [...READS, `/api/admin/catalog?packageId=${round + 1}`]) {
        const startedAt = performance.now()
        const answer = await admin.request('GET', path)
        expect.soft(answer.status, path).toBe(200)
        expect.soft(performance.now() - startedAt, path).toBeLessThan(500)
      }
      if (round === 0) await new Promise((resolve) => { setTimeout(resolve, 5_100) })
    }
    const catalog = await admin.request('GET', '/api/admin/catalog?packageId=3')
    expect(catalog.body).toMatchObject({ templates: { state: 'unknown', items: [], diagnosis: { code: 'panel_circuit_open' } } })
  })
})
