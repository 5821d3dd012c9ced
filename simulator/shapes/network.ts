import type { Server, State } from '../core/state.ts'
import { INTERFACE, RESOLVERS_4, RESOLVERS_6 } from './server-constants.ts'

function ipv4Rows(state: State, server: Server) {
  return server.ipv4.map(({ id, address, blockId }, index) => {
    const block = state.blocks.get(blockId)

    return {
      id,
      order: index + 1,
      enabled: true,
      blockId,
      address,
      gateway: block?.gateway ?? '',
      netmask: block?.netmask ?? '',
      ...RESOLVERS_4,
      rdns: null,
      mac: null,
    }
  })
}

function ipv6Rows(state: State, server: Server) {
  return server.ipv6.map(({ id, subnet, blockId }) => {
    const block = state.blocks.get(blockId)

    return {
      id,
      block: { id: blockId, name: block?.name ?? '' },
      order: 1,
      enabled: true,
      addresses: [],
      addressesDetailed: [],
      subnet,
      cidr: 64,
      exhausted: false,
      gateway: block?.gateway ?? '',
      ...RESOLVERS_6,
      routeNet: false,
    }
  })
}

/** `network` of the server detail. */
export function networkDetail(state: State, server: Server) {
  const whitelist = server.whitelist
    .filter(entry => entry.interface === 'primary')
    .map(({ id, ip, cidr }) => ({ id, ip, mask: cidr, type: ip.includes(':') ? 6 : 4 }))

  return {
    interfaces: [{
      ...INTERFACE,
      id: server.id,
      order: 1,
      enabled: true,
      tag: server.interfaceTag,
      name: 'eth0',
      type: 'public',
      mac: server.mac,
      inAverage: server.speedIn,
      outAverage: server.speedOut,
      firewallEnabled: server.firewall.primary.enabled,
      hypervisorNetwork: server.hypervisorId,
      hypervisorConnectivity: { id: server.hypervisorId, type: 'simpleBridge', bridge: 'br0', mtu: null, primary: true, default: true },
      ipWhitelist: whitelist,
      ipv4: ipv4Rows(state, server),
      ipv6: ipv6Rows(state, server),
    }],
    secondaryInterfaces: [],
  }
}

/** `network` of the rows of a user's servers: fewer fields. */
export function networkBrief(state: State, server: Server) {
  return {
    interfaces: [{
      order: 1,
      enabled: true,
      tag: server.interfaceTag,
      name: 'eth0',
      mac: server.mac,
      inAverage: server.speedIn,
      inPeak: 0,
      inBurst: 0,
      outAverage: server.speedOut,
      outPeak: 0,
      outBurst: 0,
      isNat: false,
      ipv4: ipv4Rows(state, server).map(({ order, enabled, address, gateway, netmask, resolver1, resolver2 }) =>
        ({ order, enabled, address, gateway, netmask, resolver1, resolver2 })),
      ipv6: ipv6Rows(state, server),
    }],
  }
}
