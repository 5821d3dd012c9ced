import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getOwnServer } from '../../../server/domains/servers/get-own-server.ts'
import { listOwnServers } from '../../../server/domains/servers/list-own-servers.ts'
import { signInAtPanel } from '../../../server/domains/servers/sign-in-at-panel.ts'
import { startSession } from '../../../server/domains/sessions/start-session.ts'
import { createVirtFusionClient } from '../../../server/virtfusion/client.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { createClient, startHttp } from '../support/http.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from './stock.ts'

let simulator: Simulator
let services: TestServices
beforeAll(async () => {
  simulator = await startSimulator({ speed: 1000 })
  services = await createTestServices({ VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: simulator.token })
})
afterAll(async () => {
  await services.close()
  await simulator.close()
})

const setOwnerMode = (ownerMode: 'plan' | 'customer') => services.db.setting.upsert({
  where: { group: 'virtfusion' }, create: { group: 'virtfusion', value: { ownerMode } }, update: { value: { ownerMode }, version: { increment: 1 } },
})

const AT_SERVER = 'POST /users/{ext}/serverAuthenticationTokens/{id}'
const AT_ACCOUNT = 'POST /users/{ext}/authenticationTokens'

/** A customer with an own account at the panel, and a server of that account. */
async function scene(isOwn = true) {
  const stock = stockOf(services)
  const customer = await stock.customer()
  const { virtfusionExtRelationId } = await services.db.user.findUniqueOrThrow({ where: { id: customer.id } })
  const client = createVirtFusionClient({ baseUrl: simulator.url, token: simulator.token })
  const user = await client.users.create({ name: 'Customer', email: `${randomUUID()}@example.com`, extRelationId: virtfusionExtRelationId })
  const remote = await client.servers.create({ packageId: 1, userId: user.id, hypervisorId: 1, ipv4: 1 })
  await client.close()
  await services.db.user.update({ where: { id: customer.id }, data: { virtfusionUserId: user.id } })
  const server = await stock.server(customer, await stock.plan(), { virtfusionServerId: remote.id, virtfusionUuid: remote.uuid, virtfusionOwnerId: isOwn ? user.id : user.id + 1000 })
  return { call: callAs(services, customer), server, userId: user.id }
}

const callsFor = async (serverId: string) =>
  (await services.db.provisioningLog.findMany({ where: { serverId }, orderBy: { sequence: 'asc' }, select: { action: true } })).map(({ action }) => action)

describe('signInAtPanel', () => {
  it('hands over an address on the panel\'s own origin, and keeps it nowhere', async () => {
    await setOwnerMode('customer')
    const { call, server } = await scene()
    const { url } = await signInAtPanel(call, server.id)
    expect(new URL(url).origin).toBe(simulator.url)
    const logs = await services.db.provisioningLog.findMany({ where: { serverId: server.id }, orderBy: { sequence: 'asc' }, omit: { sequence: true } })
    expect(logs).toMatchObject([{ action: 'users.getByExtRelation', outcome: 'ok' }, { action: 'users.createServerAuthenticationToken', outcome: 'ok', requestId: call.requestId }])
    const stored = JSON.stringify([logs, await services.db.auditEvent.findMany()])
    for (const token of new URL(url).searchParams.values()) expect(stored).not.toContain(token)
  })

  it('is refused while one account owns everybody\'s servers, and calls nobody', async () => {
    await setOwnerMode('plan')
    const { call, server } = await scene()
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ code: 'conflict', reason: 'panel_login_refused' })
    expect(await services.db.provisioningLog.count({ where: { serverId: server.id } })).toBe(0)
  })

  it('is refused for a server that another account owns, for a suspended one, and for one that is not made yet', async () => {
    await setOwnerMode('customer')
    const foreign = await scene(false)
    await expect(signInAtPanel(foreign.call, foreign.server.id)).rejects.toMatchObject({ reason: 'panel_login_refused' })
    const { call, server } = await scene()
    await services.db.server.update({ where: { id: server.id }, data: { suspendedAt: new Date() } })
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ message: 'This server is suspended.' })
    await services.db.server.update({ where: { id: server.id }, data: { suspendedAt: null, lifecycle: 'provisioning', virtfusionServerId: null, virtfusionUuid: null } })
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ message: 'This server is still being made.' })
  })

  it('is refused when the account owns a server of another customer too, and calls nobody, until that one is deleted', async () => {
    await setOwnerMode('customer')
    const { call, server, userId } = await scene()
    const stock = stockOf(services)
    const foreign = await stock.server(await stock.customer(), await stock.plan(), { virtfusionOwnerId: userId })
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ code: 'conflict', reason: 'panel_login_refused', message: expect.stringContaining('shared account') })
    expect(await callsFor(server.id)).toEqual([])
    await services.db.server.update({ where: { id: foreign.id }, data: { lifecycle: 'deleted' } })
    expect(await signInAtPanel(call, server.id)).toMatchObject({ url: expect.any(String) })
  })

  it('is refused when a plan gives its servers to the account, and calls nobody', async () => {
    await setOwnerMode('customer')
    const { call, server, userId } = await scene()
    const { id } = await stockOf(services).plan({ isActive: false, features: { virtfusion_package_id: 1, virtfusion_user_id: userId, virtfusion_hypervisor_id: 1 } })
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ reason: 'panel_login_refused', message: expect.stringContaining('shared account') })
    expect(await callsFor(server.id)).toEqual([])
    await services.db.plan.delete({ where: { id } })
  })

  it('is refused in words of its own for a customer who has no account at the panel', async () => {
    await setOwnerMode('customer')
    const { call, server } = await scene()
    await services.db.user.update({ where: { id: call.user.id }, data: { virtfusionUserId: null } })
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ reason: 'panel_login_refused', message: expect.stringContaining('no account of your own') })
    expect(await callsFor(server.id)).toEqual([])
  })

  it('is offered only where it is not known to be refused', async () => {
    const { call, server, userId } = await scene()
    const stock = stockOf(services)
    const offered = async () => {
      const [{ canSignInAtPanel }, { items }] = [await getOwnServer(call, server.id), await listOwnServers(call, { limit: 10 })]
      expect(items.map((item) => item.canSignInAtPanel)).toEqual([canSignInAtPanel])
      return canSignInAtPanel
    }
    await setOwnerMode('plan')
    expect(await offered()).toBe(false)
    await setOwnerMode('customer')
    expect(await offered()).toBe(true)
    const foreign = await stock.server(await stock.customer(), await stock.plan(), { virtfusionOwnerId: userId })
    expect(await offered()).toBe(false)
    await services.db.server.update({ where: { id: foreign.id }, data: { lifecycle: 'deleted' } })
    for (const data of [{ suspendedAt: new Date() }, { vanishedAt: new Date() }, { virtfusionOwnerId: userId + 1000 }]) {
      await services.db.server.update({ where: { id: server.id }, data: { suspendedAt: null, vanishedAt: null, ...data } })
      expect(await offered(), JSON.stringify(data)).toBe(false)
    }
    expect(await callsFor(server.id), 'a look at the own servers asks the panel for none of this').toEqual([])
  })

  it('is refused when the account is an administrator at the panel, before anybody is signed in', async () => {
    await setOwnerMode('customer')
    const { call, server, userId } = await scene()
    const user = simulator.control.state.users.get(userId)
    if (user) user.admin = true
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ reason: 'panel_login_refused', message: expect.stringContaining('administrator') })
    expect(await callsFor(server.id)).toEqual(['users.getByExtRelation'])
  })

  it('is refused when the customer\'s number stands for another account at the panel', async () => {
    await setOwnerMode('customer')
    const { call, server, userId } = await scene()
    await services.db.user.update({ where: { id: call.user.id }, data: { virtfusionUserId: userId + 1000 } })
    await services.db.server.update({ where: { id: server.id }, data: { virtfusionOwnerId: userId + 1000 } })
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ reason: 'panel_login_refused' })
    expect(await callsFor(server.id)).toEqual(['users.getByExtRelation'])
  })

  it('is possible ten times in a minute: each asks the panel that all customers share', async () => {
    await setOwnerMode('customer')
    const { call, server } = await scene()
    for (let round = 0; round < 10; round++) await signInAtPanel(call, server.id)
    const calls = (await callsFor(server.id)).length
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ code: 'too_many_requests' })
    expect(await callsFor(server.id)).toHaveLength(calls)
  })

  it('does not exist for a stranger', async () => {
    const { server } = await scene()
    await expect(signInAtPanel(callAs(services, await stockOf(services).customer()), server.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('says only that it did not work when the panel fails, and to try again', async () => {
    await setOwnerMode('customer')
    const { call, server } = await scene()
    simulator.control.faults.add({ operation: AT_SERVER, kind: 'status', status: 503, times: 1 })
    const error = await signInAtPanel(call, server.id).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'panel_unavailable', diagnosis: undefined, message: expect.stringContaining('Try again in a few minutes') })
  })

  it('sends to the support where the panel would refuse it every time', async () => {
    await setOwnerMode('customer')
    const { call, server } = await scene()
    await services.db.server.update({ where: { id: server.id }, data: { virtfusionServerId: 4_000_000 } })
    const error = await signInAtPanel(call, server.id).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'conflict', reason: 'panel_login_refused', diagnosis: undefined, message: 'The panel does not let you in. Write to the support of your host.' })
    expect(await services.db.provisioningLog.findMany({ where: { serverId: server.id }, orderBy: { sequence: 'asc' } })).toMatchObject([{ outcome: 'ok' }, { outcome: 'rejected', effect: 'none' }])

    for (const operation of [AT_SERVER, AT_ACCOUNT]) simulator.control.faults.add({ operation, kind: 'status', status: 403, times: 1 })
    await expect(signInAtPanel(call, server.id)).rejects.toMatchObject({ reason: 'panel_login_refused', message: expect.stringContaining('support of your host') })
  })

  it('is refused with a reason while Berth only reads, and sends nothing', async () => {
    await setOwnerMode('customer')
    const { call, server } = await scene()
    const http = await startHttp(services)
    const { token } = await startSession(services.db, services, call.user, { ipAddress: null, userAgent: null })
    const { origin } = new URL(simulator.url)
    await services.db.panelIdentity.upsert({ where: { id: 'default' }, create: { id: 'default', origin, safeModeSince: new Date() }, update: { safeModeSince: new Date() } })
    try {
      const answer = await createClient(http.url, { token, userId: call.user.id }).request('POST', `/api/servers/${server.id}/panel-login`, { body: {} })
      expect(answer).toMatchObject({ status: 409, body: { code: 'safe_mode', detail: 'Changes are paused by your host.' } })
      expect(await callsFor(server.id)).toEqual(['users.getByExtRelation'])
    }
    finally {
      await services.db.panelIdentity.update({ where: { id: 'default' }, data: { safeModeSince: null } })
      await http.close()
    }
  })
})
