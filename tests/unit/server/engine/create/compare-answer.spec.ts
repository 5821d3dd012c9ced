import { describe, expect, it } from 'vitest'
import { compareAnswer } from '../../../../../server/engine/create/compare-answer.ts'
import { ServerSchema } from '../../../../../server/virtfusion/schemas/servers.ts'

const FEATURES = { virtfusion_package_id: 1, virtfusion_user_id: 2, virtfusion_hypervisor_id: 1 }
const SIZES = { virtfusion_memory: 2048, virtfusion_storage: 20, virtfusion_cpu_cores: 2, virtfusion_traffic: 500 }
const answer = (different: object = {}) => ServerSchema.parse({
  id: 101, uuid: '6a1ff1a0-0000-4000-8000-000000000000', ownerId: 2, hypervisor: { groupId: 1 }, settings: { resources: { memory: 2048, storage: 20, cpuCores: 2, traffic: 500 } }, ...different,
})

describe('whether the panel made what was ordered', () => {
  it('finds nothing where every size that was named is there', () => {
    expect(compareAnswer({ features: { ...FEATURES, ...SIZES }, overrides: {} }, answer())).toEqual([])
  })

  it.each([
    ['memory', { virtfusion_memory: 4096 }, 4096, 2048],
    ['storage', { virtfusion_storage: 40 }, 40, 20],
    ['cpu_cores', { virtfusion_cpu_cores: 4 }, 4, 2],
    ['traffic', { virtfusion_traffic: 0 }, 0, 500],
  ])('tells another %s, as the order named it over the plan', (code, overrides, expected, actual) => {
    expect(compareAnswer({ features: { ...FEATURES, ...SIZES }, overrides }, answer())).toEqual([{ code, expected, actual }])
  })

  it('tells another hypervisor group', () => {
    expect(compareAnswer({ features: FEATURES, overrides: {} }, answer({ hypervisor: { groupId: 9 } }))).toEqual([{ code: 'group', expected: 1, actual: 9 }])
  })

  it('leaves to the package what the order did not name', () => {
    expect(compareAnswer({ features: FEATURES, overrides: {} }, answer())).toEqual([])
  })

  it('makes nothing of what the answer leaves out', () => {
    expect(compareAnswer({ features: { ...FEATURES, ...SIZES }, overrides: {} }, answer({ settings: {}, hypervisor: null }))).toEqual([])
  })

  it('compares the first disk alone: the panel adds further ones to the size', () => {
    const disks = [{ capacity: 20, primary: true, enabled: true }, { capacity: 100, primary: false, enabled: true }]
    const remote = answer({ storage: disks, settings: { resources: { memory: 2048, storage: 120, cpuCores: 2, traffic: 500 } } })
    expect(compareAnswer({ features: { ...FEATURES, ...SIZES }, overrides: {} }, remote)).toEqual([])
  })
})
