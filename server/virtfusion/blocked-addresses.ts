import dns from 'node:dns'
import net from 'node:net'

/**
 * Addresses a panel can never have, and where a request would reach the cloud provider's metadata service, every
 * listener of this machine at once, or many machines. Private ranges are not among them: panels live there.
 */
const blocked = new net.BlockList()
blocked.addSubnet('169.254.0.0', 16, 'ipv4')
blocked.addSubnet('fe80::', 10, 'ipv6')
blocked.addSubnet('0.0.0.0', 8, 'ipv4')
blocked.addAddress('::', 'ipv6')
blocked.addSubnet('224.0.0.0', 4, 'ipv4')
blocked.addAddress('255.255.255.255', 'ipv4')
blocked.addSubnet('ff00::', 8, 'ipv6')
// Metadata services outside the link-local range: AWS over IPv6, Alibaba, Azure, Oracle, and IPv4 link-local behind NAT64.
blocked.addAddress('fd00:ec2::254', 'ipv6')
blocked.addAddress('100.100.100.200', 'ipv4')
blocked.addAddress('168.63.129.16', 'ipv4')
blocked.addAddress('192.0.0.192', 'ipv4')
blocked.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')

export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError'
  readonly code = 'EBLOCKED'
}

export function isBlockedAddress(address: string): boolean {
  return blocked.check(address, net.isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** Throws when the host of a URL is a blocked address written out; such a host is never looked up. */
export function refuseBlockedHost(hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (net.isIP(host) !== 0 && isBlockedAddress(host)) throw new BlockedAddressError(`${host} is a blocked address`)
}

/** A look-up that checks every address of the name; the very answer that was checked is the one connected to. */
export const lookupUnblocked: net.LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0)
    if (addresses.some(entry => isBlockedAddress(entry.address))) {
      return callback(new BlockedAddressError(`${hostname} resolves to a blocked address`), '', 0)
    }
    if (options.all) return callback(null, addresses)
    const first = addresses[0]
    if (!first) return callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '', 0)
    callback(null, first.address, first.family)
  })
}
