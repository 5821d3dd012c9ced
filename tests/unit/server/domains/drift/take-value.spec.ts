import { describe, expect, it } from 'vitest'
import { takeValue } from '../../../../../server/domains/drift/take-value.ts'

describe('takeValue', () => {
  it.each([
    ['memoryMb', 2048, { memoryMb: 2048 }],
    ['trafficGb', 0, { trafficGb: 0 }],
    ['name', 'web-1', { name: 'web-1' }],
    ['owner', 3, { virtfusionOwnerId: 3 }],
    ['suspension', true, { desiredSuspended: true }],
  ] as const)('puts %s into its column', (field, value, patch) => expect(takeValue(field, value, {})).toEqual(patch))

  it('changes a size in the order too where the order had named it, and nothing else of the order', () => {
    expect(takeValue('memoryMb', 2048, { virtfusion_memory: 4096, virtfusion_ipv4: 2 })).toEqual({ memoryMb: 2048, overrides: { virtfusion_memory: 2048, virtfusion_ipv4: 2 } })
  })

  it.each([['memoryMb', 'much'], ['name', ''], ['owner', null], ['suspension', 1], ['identity', 'uuid']] as const)('takes nothing for %s from %o', (field, value) => {
    expect(takeValue(field, value, {})).toBeNull()
  })
})
