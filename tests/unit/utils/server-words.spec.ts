import { describe, expect, it } from 'vitest'
import { formatCores, formatMemory, formatStorage, formatTraffic } from '../../../utils/server-words.ts'

describe('the words for resources', () => {
  it('shows whole and half gigabytes as GB and anything else in MB', () => {
    expect([512, 1024, 1536, 2000, 2048].map(formatMemory)).toEqual(['512 MB', '1 GB', '1.5 GB', '2000 MB', '2 GB'])
  })

  it('says Unlimited for traffic of 0, as the panel means it', () => {
    expect(formatTraffic(0)).toBe('Unlimited')
    expect(formatTraffic(2000)).toBe('2 TB')
    expect(formatTraffic(1500)).toBe('1500 GB')
  })

  it('says Unknown, never 0, for what was not read', () => {
    expect([formatMemory(null), formatStorage(null), formatTraffic(null), formatCores(null)]).toEqual(Array(4).fill('Unknown'))
  })
})
