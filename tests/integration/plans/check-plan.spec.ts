import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Features } from '../../../shared/schemas/features.ts'
import type { Call } from '../../../server/context.ts'
import { checkPlan } from '../../../server/domains/plans/check-plan.ts'
import { createPlan } from '../../../server/domains/plans/create-plan.ts'
import { getPlan } from '../../../server/domains/plans/get-plan.ts'
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
    expect(await services.db.provisioningLog.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })).toMatchObject({ effect: 'none' })
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
