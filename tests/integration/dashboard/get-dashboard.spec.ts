import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DashboardSchema } from '../../../shared/schemas/dashboard.ts'
import { getDashboard } from '../../../server/domains/dashboard/get-dashboard.ts'
import { getPanelStatus } from '../../../server/domains/panel/get-panel-status.ts'
import { stockOf } from '../servers/stock.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'

const connection = { VIRTFUSION_API_URL: 'http://127.0.0.1:1', VIRTFUSION_API_TOKEN: 'token-of-the-tests' }
let empty: TestServices
let services: TestServices
beforeAll(async () => {
  empty = await createTestServices()
  services = await createTestServices(connection)
})
afterAll(() => Promise.all([empty.close(), services.close()]))

describe('getDashboard', () => {
  it('of an empty Berth has four steps ahead, and says that no panel is connected', async () => {
    const dashboard = await getDashboard(callAs(empty, await stockOf(empty).admin()))
    expect(DashboardSchema.parse(dashboard)).toEqual(dashboard)
    expect(dashboard).toMatchObject({
      panel: { state: 'unconfigured' }, servers: { total: 0 }, drift: { differences: 0, orphans: 0, vanished: 0 }, hasSampleData: false, needsAttention: [], recentFailures: [], underWay: [],
      gettingStarted: { panelConnected: false, planMade: false, customerAdded: false, serverCreated: false },
    })
  })

  it('ticks each step off by what is there, and shows what needs somebody, what failed and what is under way', async () => {
    const stock = stockOf(services)
    const call = callAs(services, await stock.admin())
    await services.db.panelHealth.create({ data: { id: 'default', isReachable: true, lastSuccessAt: new Date(), version: '7.1.0' } })
    const [customer, plan] = await Promise.all([stock.customer(), stock.plan()])
    const servers = await Promise.all([1, 2, 3, 4, 5].map(() => stock.server(customer, plan)))
    await stock.server(customer, plan, { lifecycle: 'deleted', isSample: true })
    const states = ['needs_attention', 'failed', 'running', 'failed', 'waiting'] as const
    const old = new Date(Date.now() - 30 * 24 * 3_600_000)
    const made = await Promise.all(servers.map((server, n) => stock.operation(server, {
      state: states[n] ?? 'queued', ...(n === 3 ? { finishedAt: old } : n === 1 ? { createdAt: old, finishedAt: new Date() } : {}), ...(n === 4 ? { kind: 'delete', step: 'scheduled' } : {}),
    })))

    const dashboard = await getDashboard(call)
    expect(dashboard).toMatchObject({
      servers: { total: 5, byState: { active: 4, needs_attention: 1, deleted: 1 } }, customers: 1, plans: 1, hasSampleData: true,
      gettingStarted: { panelConnected: true, planMade: true, customerAdded: true, serverCreated: true },
    })
    const ids = [dashboard.needsAttention, dashboard.recentFailures, dashboard.underWay].map((list) => list.map((operation) => operation.id))
    expect(ids).toEqual([[made[0]?.id], [made[1]?.id], [made[2]?.id]])
    expect(dashboard.needsAttention).toMatchObject([{ waitingBehind: 0 }])
  })

  it('lists what failed last first, whenever it was asked for', async () => {
    const stock = stockOf(empty)
    const [customer, plan] = await Promise.all([stock.customer(), stock.plan()])
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
    const failed = await Promise.all([1, 3, 2].map(async (hours, n) => stock.operation(await stock.server(customer, plan), { state: 'failed', createdAt: hoursAgo(100 * (n + 1)), finishedAt: hoursAgo(hours) })))
    const { recentFailures } = await getDashboard(callAs(empty, await stock.admin()))
    expect(recentFailures.map(({ id }) => id)).toEqual([failed[0]?.id, failed[2]?.id, failed[1]?.id])
  })

  it('says that a stand-in answers only in a demo, and only until an admin has saved another address', async () => {
    const call = callAs(services, await stockOf(services).admin())
    const demo = { ...call, env: { ...call.env, BERTH_DEMO: true } }
    expect((await getDashboard(call)).isStandIn).toBe(false)
    expect((await getDashboard(demo)).isStandIn).toBe(true)
    await services.db.setting.create({ data: { group: 'virtfusion', value: { apiUrl: 'http://127.0.0.1:2' } } })
    expect((await getDashboard(demo)).isStandIn).toBe(false)
    await services.db.setting.delete({ where: { group: 'virtfusion' } })
  })

  it('counts who waits behind each decision', async () => {
    const stock = stockOf(services)
    const [customer, plan] = await Promise.all([stock.customer(), stock.plan()])
    const [holder, other, ...waiting] = await Promise.all([1, 2, 3, 4, 5].map(() => stock.server(customer, plan)))
    if (!holder || !other) throw new Error('no servers')
    const [asked, unasked] = await Promise.all([
      stock.operation(holder, { kind: 'create', state: 'needs_attention', ownerLock: 70 }), stock.operation(other, { kind: 'create', state: 'needs_attention', ownerLock: 7 }),
    ])
    await Promise.all(waiting.map((server) => stock.operation(server, { kind: 'create', state: 'waiting', diagnosis: { code: 'waiting_for_owner', params: { ownerId: 70 } } })))
    const { needsAttention } = await getDashboard(callAs(services, await stock.admin()))
    const counts = new Map(needsAttention.map(({ id, waitingBehind }) => [id, waitingBehind]))
    expect([counts.get(asked.id), counts.get(unasked.id)]).toEqual([3, 0])
  })

  it('shows the order that others wait behind also while it goes on by itself, however many of them are newer', async () => {
    const stock = stockOf(services)
    const [customer, plan] = await Promise.all([stock.customer(), stock.plan()])
    const lost = await stock.operation(await stock.server(customer, plan), { kind: 'create', state: 'waiting', ownerLock: 71, createdAt: new Date(Date.now() - 3_600_000) })
    for (let n = 0; n < 9; n++) await stock.operation(await stock.server(customer, plan), { kind: 'create', state: 'waiting', diagnosis: { code: 'waiting_for_owner', params: { ownerId: 71 } } })
    const { underWay } = await getDashboard(callAs(services, await stock.admin()))
    expect(underWay).toHaveLength(8)
    expect(underWay[0]).toMatchObject({ id: lost.id, waitingBehind: 9 })
    expect(underWay[1]).toMatchObject({ waitingBehind: 0 })
  })
})

describe('getPanelStatus', () => {
  it('tells an admin why the panel does not answer, and a customer only that it does not', async () => {
    const stock = stockOf(services)
    const diagnosis = { code: 'connection_refused', params: {} }
    await services.db.panelHealth.upsert({
      where: { id: 'default' }, create: { id: 'default', isReachable: false, diagnosis }, update: { isReachable: false, changedAt: new Date(), diagnosis, version: '7.1.0' },
    })
    const [admin, customer] = await Promise.all([stock.admin(), stock.customer()])
    expect(await getPanelStatus(callAs(services, admin))).toMatchObject({ state: 'unreachable', version: '7.1.0', diagnosis: { code: 'connection_refused' } })
    expect(await getPanelStatus(callAs(services, customer))).toMatchObject({ state: 'unreachable', version: null, diagnosis: null })
  })

  it('is paused while the credentials are refused, whatever the network says', async () => {
    await services.db.panelHealth.update({ where: { id: 'default' }, data: { isReachable: true, pausedAt: new Date() } })
    expect(await getPanelStatus(callAs(services, await stockOf(services).admin()))).toMatchObject({ state: 'paused' })
  })
})
