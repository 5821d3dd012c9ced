import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../server/db/embedded-postgres.ts'
import { startSimulator, type Simulator } from '../../simulator/server.ts'
import { ApiClient, until } from '../support/api-client.ts'
import { ADMIN, startBerth, type BerthProcess } from '../support/berth-process.ts'
import { listenToEvents } from '../support/event-stream.ts'
import { CUSTOMER_PASSWORD, openShop, orderServer, succeeded } from '../support/order.ts'

describe('two processes on one database', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'berth-two-'))
  let postgres: EmbeddedPostgres
  let simulator: Simulator
  let first: BerthProcess
  let second: BerthProcess

  beforeAll(async () => {
    postgres = await startEmbeddedPostgres(folder, { isDurable: false })
    simulator = await startSimulator({ speed: 50 })
    const env = {
      DATABASE_URL: postgres.url, APP_SECRET: 'shared by both processes of this test',
      VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token,
    }
    // Started together, so that both want to migrate.
    ;[first, second] = await Promise.all([startBerth({ env }), startBerth({ env })])
  })
  afterAll(async () => {
    await Promise.all([first?.stop(), second?.stop()])
    await simulator?.close()
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('works each operation once, whichever process took the order', async () => {
    const clients = await Promise.all([first, second].map(({ url }) => new ApiClient(url).signIn(ADMIN.email, ADMIN.password)))
    const [admin] = clients
    if (!admin) expect.fail('no client')
    const shop = await openShop(admin, { name: 'Twice' })

    const orders = await Promise.all(Array.from({ length: 10 }, (_, index) => orderServer({ ...shop, admin: clients[index % 2] ?? admin })))
    for (const { operation } of orders) await succeeded(admin, operation, 90_000)

    const created = simulator.control.ledger.entries.filter((entry) => entry.effect === 'server.created')
    expect(created).toHaveLength(10)
    expect(simulator.control.ledger.calls.filter((call) => call.operation === 'POST /servers')).toHaveLength(10)
  })

  it('brings a notification to the open tabs of both processes', async () => {
    const admin = await new ApiClient(first.url).signIn(ADMIN.email, ADMIN.password)
    const shop = await openShop(admin, { name: 'Tabs' })
    const tabs = await Promise.all([first, second].map(async ({ url }) => listenToEvents(await new ApiClient(url).signIn(shop.customer.email, CUSTOMER_PASSWORD))))

    const { operation } = await orderServer(shop)
    await succeeded(admin, operation)

    for (const tab of tabs) {
      await until(async () => tab.events, (events) => events.some((event) => event.type === 'notification'), { what: 'a notification event' })
      tab.close()
    }
  })
})
