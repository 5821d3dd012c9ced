import { freeAddresses } from '../core/capacity.ts'
import { offsetDate } from '../core/dates.ts'
import type { IpBlock } from '../core/state.ts'
import { empty, ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import { paginate } from '../http/paginate.ts'
import type { Route } from '../http/router.ts'

function blockShape(call: Call, block: IpBlock) {
  const isFour = block.type === 4
  const total = block.addresses.length
  const free = isFour ? freeAddresses(call.state, block).length : 0
  const used = block.nextSubnet - 1

  return {
    id: block.id,
    type: block.type,
    name: block.name,
    ipv4: {
      gateway: isFour ? block.gateway : null,
      netmask: isFour ? block.netmask : null,
      resolvers: { primary: isFour ? '192.0.2.53' : null, secondary: isFour ? '192.0.2.54' : null },
      total,
      usedTotal: total - free,
      freeTotal: free,
    },
    ipv6: {
      gateway: isFour ? null : block.gateway,
      resolvers: { primary: isFour ? null : '2001:db8::53', secondary: isFour ? null : '2001:db8::54' },
      subnet: block.prefix,
      from: 48,
      to: 64,
      restricted: [],
      total: isFour ? 0 : 65_536,
      generatedTotal: isFour ? 0 : used,
      usedTotal: isFour ? 0 : used,
      freeTotal: isFour ? 0 : 65_536 - used,
      freeGenerated: 0,
      blacklistedTotal: 0,
    },
    rdnsType: 0,
    rdnsZoneId: null,
    networkProfile: 0,
    routeBlock: null,
    dhcp: 1,
    enabled: true,
    created: offsetDate(block.created),
    updated: offsetDate(block.created),
  }
}

const OCTETS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/

function toNumber(address: string): number | null {
  const parts = OCTETS.exec(address)?.slice(1).map(Number)
  if (!parts || parts.some(part => part > 255)) return null

  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

const toAddress = (value: number) => [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')

function addRange(call: Call): Answer {
  const block = call.find(call.state.blocks, 'id', 'ip block')
  const fields = call.fields()
  fields.choice('type', ['range'])
  const first = toNumber(fields.text('start'))
  const last = toNumber(fields.text('end'))
  if (first === null) fields.complain('start', 'The start must be a valid IPv4 address.')
  if (last === null || (first !== null && last < first)) fields.complain('end', 'The end must be a valid IPv4 address after the start.')
  if (first !== null && last !== null && last - first > 65_535) fields.complain('end', 'The range is too large.')
  fields.done()

  const from = first ?? 0
  const added = Array.from({ length: (last ?? 0) - from + 1 }, (_, index) => toAddress(from + index))
  block.addresses = Object.freeze([...new Set([...block.addresses, ...added])])
  call.effect('ip-block.extended', { blockId: block.id })

  return empty(204)
}

export const ipBlockRoutes: Route[] = [
  { method: 'GET', path: '/connectivity/ipblocks', handle: call => paginate(call, [...call.state.blocks.values()], row => blockShape(call, row)) },
  { method: 'GET', path: '/connectivity/ipblocks/{id}', handle: call => ok(blockShape(call, call.find(call.state.blocks, 'id', 'ip block'))) },
  { method: 'POST', path: '/connectivity/ipblocks/{id}/ipv4', handle: addRange },
]
