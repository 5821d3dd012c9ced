import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { FirewallSchema, TrafficBlocksSchema, TrafficSchema } from '../schemas/network.ts'
import { data, list, nothing } from '../schemas/outputs.ts'
import { ipv4Address } from '../schemas/values.ts'

/** Which of a server's two interfaces. */
export type NetworkInterface = 'primary' | 'secondary'

interface SyncOptions {
  /** Applies it to the hypervisor at once; otherwise it is only stored. */
  sync?: boolean
}

const byServer = (serverId: number) => ({ params: { serverId: requireId('serverId', serverId) } })
const byInterface = (serverId: number, name: NetworkInterface) => ({ params: { serverId: requireId('serverId', serverId), interface: name } })
const syncQuery = (options: SyncOptions) => ({ sync: options.sync })

/** `GET /servers/{serverId}/firewall/{interface}`. */
const getFirewall = defineOperation({
  operation: 'serverNetwork.getFirewall',
  method: 'GET',
  path: '/servers/{serverId}/firewall/{interface}',
  input: byInterface,
  query: syncQuery,
  output: data(FirewallSchema),
})

/** `POST /servers/{serverId}/firewall/{interface}/enable`. Safe to repeat. */
const enableFirewall = defineOperation({
  operation: 'serverNetwork.enableFirewall',
  method: 'POST',
  path: '/servers/{serverId}/firewall/{interface}/enable',
  input: byInterface,
  query: syncQuery,
  output: nothing,
})

/** `POST /servers/{serverId}/firewall/{interface}/disable`. Safe to repeat. */
const disableFirewall = defineOperation({
  operation: 'serverNetwork.disableFirewall',
  method: 'POST',
  path: '/servers/{serverId}/firewall/{interface}/disable',
  input: byInterface,
  query: syncQuery,
  output: nothing,
})

/** `POST /servers/{serverId}/firewall/{interface}/rules`. **Replaces** all rules by those of the rulesets; none clears them. Safe to repeat. */
const replaceFirewallRules = defineOperation({
  operation: 'serverNetwork.replaceFirewallRules',
  method: 'POST',
  path: '/servers/{serverId}/firewall/{interface}/rules',
  input: (serverId: number, name: NetworkInterface, rulesets: number[]) => ({ ...byInterface(serverId, name), body: { rulesets } }),
  query: syncQuery,
  output: nothing,
})

/** `POST /servers/{serverId}/ipv4Qty`. Takes free addresses and returns them. A repeat **adds** more. */
const addIpv4Quantity = defineOperation({
  operation: 'serverNetwork.addIpv4Quantity',
  method: 'POST',
  path: '/servers/{serverId}/ipv4Qty',
  input: (serverId: number, body: { interface: NetworkInterface, quantity: number }) => ({ ...byServer(serverId), body: { ...body } }),
  output: list(ipv4Address),
})

/** `POST /servers/{serverId}/ipv4`. Adds the addresses named. */
const addIpv4 = defineOperation({
  operation: 'serverNetwork.addIpv4',
  method: 'POST',
  path: '/servers/{serverId}/ipv4',
  input: (serverId: number, body: { interface: NetworkInterface, ip: string[] }) => ({ ...byServer(serverId), body: { ...body } }),
  output: nothing,
})

/** `DELETE /servers/{serverId}/ipv4`. Takes the addresses named away; they go back to the pool. */
const removeIpv4 = defineOperation({
  operation: 'serverNetwork.removeIpv4',
  method: 'DELETE',
  path: '/servers/{serverId}/ipv4',
  input: (serverId: number, body: { interface: NetworkInterface, ip: string[] }) => ({ ...byServer(serverId), body: { ...body } }),
  output: nothing,
})

/** `POST /servers/{serverId}/networkWhitelist`. */
const addToWhitelist = defineOperation({
  operation: 'serverNetwork.addToWhitelist',
  method: 'POST',
  path: '/servers/{serverId}/networkWhitelist',
  input: (serverId: number, body: { interface: NetworkInterface, ip: string, cidr: number }) => ({ ...byServer(serverId), body: { ...body } }),
  output: nothing,
})

/** `DELETE /servers/{serverId}/networkWhitelist`. */
const removeFromWhitelist = defineOperation({
  operation: 'serverNetwork.removeFromWhitelist',
  method: 'DELETE',
  path: '/servers/{serverId}/networkWhitelist',
  input: (serverId: number, body: { interface: NetworkInterface, ip: string }) => ({ ...byServer(serverId), body: { ...body } }),
  output: nothing,
})

/** `GET /servers/{serverId}/traffic`. The first entry is the current period. */
const getTraffic = defineOperation({
  operation: 'serverNetwork.getTraffic', method: 'GET', path: '/servers/{serverId}/traffic', input: byServer, output: data(TrafficSchema),
})

/** `GET /servers/{serverId}/traffic/blocks`. */
const listTrafficBlocks = defineOperation({
  operation: 'serverNetwork.listTrafficBlocks',
  method: 'GET',
  path: '/servers/{serverId}/traffic/blocks',
  input: byServer,
  output: data(TrafficBlocksSchema),
})

/** `POST /servers/{serverId}/traffic/blocks`. `amount` in GB, `month` from creation. A repeat **adds** another block. */
const addTrafficBlock = defineOperation({
  operation: 'serverNetwork.addTrafficBlock',
  method: 'POST',
  path: '/servers/{serverId}/traffic/blocks',
  input: (serverId: number, body: { month: number, amount: number }) => ({ ...byServer(serverId), body: { ...body } }),
  output: nothing,
})

/** `DELETE /servers/{serverId}/traffic/blocks/{blockId}`. Sent without a body: the one in the specification is a slip. */
const removeTrafficBlock = defineOperation({
  operation: 'serverNetwork.removeTrafficBlock',
  method: 'DELETE',
  path: '/servers/{serverId}/traffic/blocks/{blockId}',
  input: (serverId: number, blockId: number) => ({ params: { serverId: requireId('serverId', serverId), blockId: requireId('blockId', blockId) } }),
  output: nothing,
})

export function serverNetworkResource(bind: Bind) {
  return {
    getFirewall: bind(getFirewall),
    enableFirewall: bind(enableFirewall),
    disableFirewall: bind(disableFirewall),
    replaceFirewallRules: bind(replaceFirewallRules),
    addIpv4Quantity: bind(addIpv4Quantity),
    addIpv4: bind(addIpv4),
    removeIpv4: bind(removeIpv4),
    addToWhitelist: bind(addToWhitelist),
    removeFromWhitelist: bind(removeFromWhitelist),
    getTraffic: bind(getTraffic),
    listTrafficBlocks: bind(listTrafficBlocks),
    addTrafficBlock: bind(addTrafficBlock),
    removeTrafficBlock: bind(removeTrafficBlock),
  }
}
