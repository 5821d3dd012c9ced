import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Features } from '../../../shared/schemas/features.ts'
import type { Call } from '../../../server/context.ts'
import { checkPlan } from '../../../server/domains/plans/check-plan.ts'
import { createPlan } from '../../../server/domains/plans/create-plan.ts'
import { getPlan } from '../../../server/domains/plans/get-plan.ts'
import { makeServer } from '../../../simulator/control/by-hand.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { callAsAdmin } from '../settings/admin.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const good = { virtfusion_package_id: 1, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1 }

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
  simulator.control.settings.readings.validation = 'list'
})
afterAll(async () => {
  await services.close()
  await simulator.close()
})

async function check(features: Features) {
  const { id } = await createPlan(call, { name: crypto.randomUUID(), description: '', isActive: true, features })
  return { id, result: await checkPlan(call, id) }
}

describe('checkPlan', () => {
  it('says that the panel would accept, keeps it at the plan, and makes no server', async () => {
    const before = simulator.control.state.servers.size
    const { id, result } = await check(good)
    expect(result).toMatchObject({ ok: true, message: 'The panel would accept a server of this plan.' })
    const { lastCheck, updatedAt } = await getPlan(call, id)
    expect(lastCheck).toEqual(result)
    // Who edits the plan meanwhile still has its newest version.
    expect(Date.parse(updatedAt)).toBeLessThan(Date.parse(result.checkedAt))
    expect(simulator.control.state.servers.size).toBe(before)
  })

  const wrong: [string, Partial<Features>, string][] = [
    ['a package that does not exist', { virtfusion_package_id: 4711 }, 'virtfusion_package_id'],
    ['a package that is switched off', { virtfusion_package_id: 9 }, 'virtfusion_package_id'],
    ['a user that does not exist', { virtfusion_user_id: 4711 }, 'virtfusion_user_id'],
    ['a hypervisor where a group belongs', { virtfusion_hypervisor_id: 4711 }, 'virtfusion_hypervisor_id'],
    ['a group without room', { virtfusion_hypervisor_id: 3, virtfusion_package_id: 4 }, 'virtfusion_hypervisor_id'],
    ['a firewall ruleset that does not exist', { virtfusion_firewall_rulesets: [4711] }, 'virtfusion_firewall_rulesets'],
    ['too little memory', { virtfusion_memory: 1 }, 'virtfusion_memory'],
    ['too many cores', { virtfusion_cpu_cores: 601 }, 'virtfusion_cpu_cores'],
  ]
  describe.each(['list', 'map'] as const)('when the panel writes its complaints as a %s', (validation) => {
    it.each(wrong)('names the key of %s', async (_, features, key) => {
      simulator.control.settings.readings.validation = validation
      const { result } = await check({ ...good, ...features })
      expect(result).toMatchObject({ ok: false, diagnosis: { setting: key, title: result.message } })
    })
  })

  it('writes a row of the provisioning log without an operation: sent, answered, nothing made', async () => {
    await check({ ...good, virtfusion_package_id: 4711 })
    const row = await services.db.provisioningLog.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
    expect(row).toMatchObject({
      action: 'servers.createDryRun', method: 'POST', path: '/servers?dryRun=true', operationId: null, serverId: null,
      requestBody: { packageId: 4711, userId: 1, hypervisorId: 1, ipv4: 1 }, httpStatus: 422, outcome: 'rejected', effect: 'none', requestId: call.requestId,
    })
    expect(row.completedAt).not.toBeNull()
  })

  it('does not fear a second server when the answer of a dry run is lost', async () => {
    simulator.control.faults.add({ operation: 'POST /servers', kind: 'drop-after-effect' })
    const { result } = await check(good)
    expect(result.ok).toBe(false)
    expect(result.diagnosis?.params).not.toHaveProperty('mayHaveActed')
    expect(await services.db.provisioningLog.findFirstOrThrow({ where: { action: 'servers.createDryRun' }, orderBy: { createdAt: 'desc' } })).toMatchObject({ effect: 'none' })
  })

  /** Berth behind a proxy that may take the query off every address. `meanwhile` happens at the panel once it has answered a POST. */
  async function openBehindProxy({ dropsQuery = false, meanwhile = () => {} }: { dropsQuery?: boolean, meanwhile?: () => unknown }) {
    const proxy = createServer((request, response) => {
      void (async () => {
        const { method = 'GET', url = '/', headers } = request
        const body = await text(request)
        const answer = await fetch(simulator.url + (dropsQuery ? url.split('?')[0] : url), {
          method, headers: { 'authorization': headers.authorization ?? '', 'content-type': 'application/json', 'accept': 'application/json' }, ...(body ? { body } : {}),
        })
        if (method === 'POST') meanwhile()
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' }).end(await answer.text())
      })()
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const own = await createTestServices({ VIRTFUSION_API_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, VIRTFUSION_API_TOKEN: simulator.token })
    onTestFinished(async () => {
      await own.close()
      proxy.closeAllConnections()
      proxy.close()
    })
    const admin = await callAsAdmin(own)
    const { id: planId } = await createPlan(admin, { name: 'P', description: '', isActive: true, features: good })
    return { own, admin, planId }
  }

  it('names the server that a check has made behind a proxy that drops the query, and what to do: it costs money', async () => {
    const { own, admin, planId } = await openBehindProxy({ dropsQuery: true })
    const known = new Set(simulator.control.state.servers.keys())
    const result = await checkPlan(admin, planId)
    const [made] = [...simulator.control.state.servers.keys()].filter((key) => !known.has(key))
    expect(result).toMatchObject({
      ok: false, message: `The check made a server: number ${made}`, diagnosis: { code: 'dry_run_made_server', setting: 'VIRTFUSION_API_URL', fix: expect.stringContaining(`Look at server ${made} first`) },
    })
    expect(await own.db.provisioningLog.findFirstOrThrow({ where: { action: 'servers.createDryRun' } })).toMatchObject({ effect: 'done', code: 'dry_run_made_server' })
  })

  it('takes no server for its own that an order of the same owner may have made meanwhile', async () => {
    const { own, admin, planId } = await openBehindProxy({ meanwhile: () => makeServer(simulator.control, { userId: good.virtfusion_user_id }) })
    const customer = await own.db.user.create({ data: { email: 'ada@example.com', name: 'Ada', role: 'customer' } })
    const server = await own.db.server.create({ data: { reference: 'vps-1', customerId: customer.id, planId, name: 'web' } })
    await own.db.operation.create({ data: { serverId: server.id, kind: 'create', state: 'running', step: 'send', ownerLock: good.virtfusion_user_id, actorKind: 'system' } })
    expect(await checkPlan(admin, planId)).toMatchObject({ ok: true })
  })

  it('checks all the same with a token that may not list servers', async () => {
    simulator.control.faults.add({ operation: 'GET /servers/user/{userId}', kind: 'status', status: 403 })
    expect((await check(good)).result).toMatchObject({ ok: true })
  })

  it('says that no panel is connected yet', async () => {
    const empty = await createTestServices()
    const admin = await callAsAdmin(empty)
    const { id } = await createPlan(admin, { name: 'P', description: '', isActive: true, features: good })
    expect(await checkPlan(admin, id)).toMatchObject({ ok: false, diagnosis: { code: 'panel_unconfigured' } })
    await empty.close()
  })

  it('answers like any other for an id that does not exist', async () => {
    await expect(checkPlan(call, crypto.randomUUID())).rejects.toMatchObject({ status: 404 })
  })
})
