import { describe, expect, it } from 'vitest'
import { isBlockedAddress, refuseBlockedHost } from '../../../../server/virtfusion/blocked-addresses.ts'

describe('isBlockedAddress', () => {
  it.each([
    '169.254.169.254', '169.254.0.1', '::ffff:169.254.169.254', 'fe80::1', 'fd00:ec2::254', '100.100.100.200',
    '168.63.129.16', '192.0.0.192', '0.0.0.0', '::', '224.0.0.1', 'ff02::1', '255.255.255.255', '64:ff9b::a9fe:a9fe',
  ])('blocks %s', (address) => {
    expect(isBlockedAddress(address)).toBe(true)
  })

  it.each(['10.0.0.5', '192.168.1.1', '172.16.0.1', '100.64.0.1', '127.0.0.1', '::1', 'fd12::1', '203.0.113.9', '2001:db8::1'])(
    'lets %s through, because panels live in private networks too', (address) => {
      expect(isBlockedAddress(address)).toBe(false)
    })
})

describe('refuseBlockedHost', () => {
  it('refuses a literal address, which no look-up would ever check', () => {
    expect(() => refuseBlockedHost('169.254.169.254')).toThrow(expect.objectContaining({ code: 'EBLOCKED' }))
    expect(() => refuseBlockedHost('[fe80::1]')).toThrow(expect.objectContaining({ code: 'EBLOCKED' }))
    expect(() => refuseBlockedHost('cp.example.com')).not.toThrow()
  })
})
