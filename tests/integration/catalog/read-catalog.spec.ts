import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCatalog } from '../../../server/domains/catalog/read-catalog.ts'
import { startSimulator, type Simulator } from '../../../simulator/server.ts'
import { callAsAdmin } from '../settings/admin.ts'
import { createTestServices } from '../support/services.ts'

let simulator: Simulator

beforeAll(async () => { simulator = await startSimulator() })
afterAll(() => simulator.close())

async function withToken<T>(token: string, run: (call: Awaited<ReturnType<typeof callAsAdmin>>) => Promise<T>): Promise<T> {
  const services = await createTestServices({ VIRTFUSION_API_URL: simulator.url, VIRTFUSION_API_TOKEN: token })
  try {
    return await run(await callAsAdmin(services))
  }
  finally {
    await services.close()
  }
}

describe('readCatalog', () => {
  it('names packages, groups and the templates of a package', () => withToken(simulator.token, async (call) => {
    const catalog = await readCatalog(call, { packageId: 1 })
    expect(catalog.packages).toMatchObject({ state: 'known', diagnosis: null })
    expect(catalog.packages.items).toContainEqual({ id: 1, name: 'VPS S', isEnabled: true, memoryMb: 1024, storageGb: 20, trafficGb: 1000, cpuCores: 1 })
    expect(catalog.packages.items.find(({ id }) => id === 9)?.isEnabled).toBe(false)
    expect(catalog.hypervisorGroups.items.map(({ id }) => id)).toContain(1)
    expect(catalog.templates.items.find(({ id }) => id === 1)).toMatchObject({ name: expect.stringContaining('Debian 12'), group: 'Debian' })
  }))

  it('names the templates of the first package that is switched on where none is asked for', () => withToken(simulator.token, async (call) => {
    const { packages, templates } = await readCatalog(call, {})
    expect(templates.state).toBe('known')
    expect(templates.items.length).toBeGreaterThan(0)
    const first = packages.items.find(({ isEnabled }) => isEnabled)
    expect(templates).toEqual((await readCatalog(call, { packageId: first?.id })).templates)
  }))

  it('says what the token may not read, instead of showing an empty list', () => withToken('sim-token-restricted', async (call) => {
    for (const catalog of [await readCatalog(call, { packageId: 1 }), await readCatalog(call, {})]) {
      for (const part of Object.values(catalog)) expect(part).toMatchObject({ state: 'forbidden', items: [], diagnosis: { code: 'forbidden' } })
    }
  }))

  it('asks the panel once a minute, however many forms are open', () => withToken(simulator.token, async (call) => {
    simulator.control.ledger.calls = []
    await Promise.all([readCatalog(call, {}), readCatalog(call, {})])
    await readCatalog(call, {})
    expect(simulator.control.ledger.calls).toHaveLength(3)
  }))

  it('says that nothing is known while no panel is connected', async () => {
    const services = await createTestServices()
    const catalog = await readCatalog(await callAsAdmin(services), {})
    expect(catalog.packages).toMatchObject({ state: 'unknown', diagnosis: { code: 'panel_unconfigured' } })
    await services.close()
  })

  it('gives up early on a panel that hangs, and says so', () => withToken(simulator.token, async (call) => {
    simulator.control.faults.add({ operation: 'GET /packages', kind: 'hang' })
    const startedAt = performance.now()
    const catalog = await readCatalog(call, {})
    simulator.control.faults.clear()
    // Other reads wait for 15 seconds.
    expect(performance.now() - startedAt).toBeLessThan(12_000)
    expect(catalog.packages).toMatchObject({ state: 'unknown', items: [], diagnosis: { code: 'answer_timeout' } })
    expect(catalog.templates).toEqual(catalog.packages)
    expect(catalog.hypervisorGroups.state).toBe('known')
  }))
})
