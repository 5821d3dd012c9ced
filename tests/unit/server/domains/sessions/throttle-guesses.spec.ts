import { describe, expect, it } from 'vitest'
import { networkOf, waitSeconds } from '../../../../../server/domains/sessions/throttle-guesses.ts'

describe('waitSeconds', () => {
  it('lets the first guesses pass, then doubles up to a limit and never beyond it', () => {
    const scope = { free: 3, maxWaitSeconds: 900 }
    expect([1, 2, 3, 4, 5, 6].map((count) => waitSeconds(scope, count))).toEqual([0, 0, 0, 2, 4, 8])
    expect(waitSeconds(scope, 5000)).toBe(900)
  })
})

describe('networkOf', () => {
  it('counts an IPv6 customer by the /64 and an IPv4 address as it is, however it is written', () => {
    expect(networkOf('192.0.2.7')).toBe('192.0.2.7')
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64')
    expect(networkOf('2001:DB8:1:2::9')).toBe('2001:db8:1:2::/64')
    expect(networkOf('2001:0db8:0001:0002::1')).toBe(networkOf('2001:db8:1:2:ffff::1'))
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
    expect(networkOf(null)).toBe('unknown')
  })
})
