import { describe, expect, it } from 'vitest'
import { describeTraffic, formatBytes, trafficShare } from '../../../utils/traffic-words.ts'

const traffic = {
  period: { from: '2026-11-01T00:00:00.000Z', to: '2026-11-30T23:59:59.000Z' }, usedBytes: 12_440_000_000, receivedBytes: 12e9, sentBytes: 440e6, limitGb: 1000, readAt: '2026-11-20T00:00:00.000Z',
}

describe('describeTraffic', () => {
  it('names the day on which counting begins anew, and not the last second before it', () => {
    expect(describeTraffic(traffic)).toBe('12.4 GB of 1 TB used, until 1 Dec')
  })

  it('says only what is used where there is no limit', () => {
    expect(describeTraffic({ ...traffic, limitGb: null })).toBe('12.4 GB used, until 1 Dec')
    expect(trafficShare({ ...traffic, limitGb: null })).toBeNull()
  })

  it('never makes a zero of what the panel does not tell', () => {
    expect(describeTraffic({ ...traffic, usedBytes: null, period: null })).toBe('Unknown: the panel does not tell.')
    expect(trafficShare({ usedBytes: null, limitGb: 1000 })).toBeNull()
  })
})

describe('formatBytes', () => {
  it('keeps three digits of the unit that fits', () => {
    expect([0, 999, 1_270_421, 999_000_000, 1.5e12].map(formatBytes)).toEqual(['0 bytes', '999 bytes', '1.27 MB', '999 MB', '1.5 TB'])
  })
})
