import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator, type Simulator } from '../../simulator/server.ts'
import type { AdminServer } from '../../shared/schemas/servers.ts'
import { ApiClient, until } from '../support/api-client.ts'
import { ADMIN, startBerth, type BerthProcess } from '../support/berth-process.ts'
import { openShop, orderServer, settled, succeeded } from '../support/order.ts'

// One order, one VPS (I1), with real processes: Berth as it is shipped, its own PostgreSQL, the simulator over HTTP.
describe('a create whose answer is lost', () => {
  let simulator: Simulator
  let dataDir: string
  let berth: BerthProcess | undefined

  const env = () => ({ VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token, ENGINE_SETTLE_SECONDS: '4' })
  const start = async () => (berth = await startBerth({ dataDir, env: env() }))
  const signIn = (process: BerthProcess) => new ApiClient(process.url).signIn(ADMIN.email, ADMIN.password)
  const created = () => simulator.control.ledger.entries.filter((entry) => entry.effect === 'server.created')

  beforeEach(async () => {
    simulator = await startSimulator({ speed: 20 })
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'berth-chaos-'))
  })
  afterEach(async () => {
    await berth?.stop()
    await simulator.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('makes one remote server and binds it when the connection drops after the effect', async () => {
    const admin = await signIn(await start())
    const shop = await openShop(admin)
    simulator.control.faults.add({ operation: 'POST /servers', kind: 'drop-after-effect', times: 1 })

    const { operation } = await orderServer(shop)
    const server = await succeeded(admin, operation)

    expect(created()).toHaveLength(1)
    expect(server).toMatchObject({ lifecycle: 'active', virtfusionServerId: created()[0]?.ids.serverId })
  })

  it('asks a person when the connection drops before any effect, and sends nothing again by itself', async () => {
    const admin = await signIn(await start())
    const shop = await openShop(admin)
    simulator.control.faults.add({ operation: 'POST /servers', kind: 'drop-before-effect', times: 1 })

    const { operation } = await orderServer(shop)
    const end = await settled(admin, operation.id)

    expect(end.state).toBe('needs_attention')
    expect(created()).toHaveLength(0)
    const sent = simulator.control.ledger.calls.filter((call) => call.operation === 'POST /servers')
    expect(sent).toHaveLength(1)

    const retried = await admin.request('POST', `/api/admin/operations/${operation.id}/resolve`, { decision: 'retry', reason: 'The panel lists nothing new.' })
    expect(retried.status, JSON.stringify(retried.body)).toBeLessThan(300)
    await succeeded(admin, operation)
    expect(created()).toHaveLength(1)
  })

  it('goes on after kill -9 between sending and storing, and makes no second server', async () => {
    const first = await start()
    const admin = await signIn(first)
    const shop = await openShop(admin)
    const hang = simulator.control.faults.add({ operation: 'POST /servers', kind: 'hang', afterEffect: true, times: 1 })
    const { operation, server } = await orderServer(shop)
    await until(async () => created().length, (count) => count === 1, { what: 'the effect at the panel' })

    first.kill('SIGKILL')
    await first.exited
    simulator.control.faults.remove(hang.id)
    const again = await signIn(await start())

    const bound = await succeeded(again, operation)
    expect(bound.id).toBe(server.id)
    expect(created()).toHaveLength(1)
    expect(bound.virtfusionServerId).toBe(created()[0]?.ids.serverId)
  })

  it('goes on after kill -9 while the operating system is being installed, and installs once', async () => {
    const first = await start()
    const admin = await signIn(first)
    const shop = await openShop(admin)
    const { operation } = await orderServer(shop)
    const builds = () => simulator.control.ledger.calls.filter((call) => call.operation === 'POST /servers/{id}/build')
    await until(async () => builds().length, (count) => count === 1, { what: 'the build call' })

    first.kill('SIGKILL')
    await first.exited
    const again = await signIn(await start())

    await succeeded(again, operation)
    expect(builds()).toHaveLength(1)
    expect(created()).toHaveLength(1)
  })

  it('makes one server of 16 identical orders that arrive at once', async () => {
    const admin = await signIn(await start())
    const shop = await openShop(admin)

    const answers = await Promise.all(Array.from({ length: 16 }, () => orderServer(shop, {}, 'the very same order')))

    expect(new Set(answers.map((answer) => answer.operation.id)).size).toBe(1)
    const { operation } = answers[0] ?? expect.fail('no answer')
    await succeeded(admin, operation)
    const { items } = await admin.get<{ items: AdminServer[] }>('/api/admin/servers')
    expect(items).toHaveLength(1)
    expect(created()).toHaveLength(1)
  })
})
