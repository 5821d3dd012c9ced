import { pickAddresses, releaseAddresses } from '../core/capacity.ts'
import type { IpBlock, Server } from '../core/state.ts'
import { empty, notFound, ok, Refusal, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'

const INTERFACES = ['primary', 'secondary'] as const
const KNOWN_RULESETS = new Set([1, 2, 3])

const groupOf = (call: Call, server: Server) => call.state.hypervisors.get(server.hypervisorId)?.groupId ?? 0

function give(call: Call, server: Server, address: string, block: IpBlock) {
  call.state.usedAddresses.set(address, server.id)
  server.ipv4.push({ id: call.world.takeId('ipv4'), address, blockId: block.id })
}

function addQuantity(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  fields.choice('interface', INTERFACES)
  const quantity = fields.integer('quantity', { min: 1, max: 100 })
  fields.done()
  const picked = pickAddresses(call.state, groupOf(call, server), quantity)
  if (picked.length < quantity) throw new Refusal(422, { errors: ['Not enough IPv4 addresses are available in the group'] })

  for (const { address, block } of picked) give(call, server, address, block)
  server.updated = call.now
  call.effect('server.ipv4-added', { serverId: server.id, quantity })

  return ok(picked.map(({ address }) => address))
}

function addAddresses(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  fields.choice('interface', INTERFACES)
  const addresses = [...new Set(fields.texts('ip'))]
  const groupId = groupOf(call, server)
  const blocks = [...call.state.blocks.values()].filter(block => block.groupId === groupId)
  const found = addresses.map(address => ({ address, block: blocks.find(block => block.addresses.includes(address)) }))
  for (const { address, block } of found) {
    if (!block || call.state.usedAddresses.has(address)) fields.complain('ip', `The address ${address} is not available.`)
  }
  fields.done()

  for (const { address, block } of found) {
    if (block) give(call, server, address, block)
  }
  server.updated = call.now
  call.effect('server.ipv4-added', { serverId: server.id, quantity: addresses.length })

  return empty(204)
}

function removeAddresses(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  const addresses = fields.texts('ip')
  const isOwn = (address: string) => server.ipv4.some(own => own.address === address)
  for (const address of addresses) {
    if (!isOwn(address)) fields.complain('ip', `The address ${address} is not assigned to the server.`)
  }
  fields.done()

  releaseAddresses(call.state, server.ipv4.filter(({ address }) => addresses.includes(address)))
  server.ipv4 = server.ipv4.filter(({ address }) => !addresses.includes(address))
  server.updated = call.now
  call.effect('server.ipv4-removed', { serverId: server.id, quantity: addresses.length })

  return empty(204)
}

function addToWhitelist(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  const name = fields.choice('interface', INTERFACES) ?? 'primary'
  const ip = fields.text('ip')
  const cidr = fields.integer('cidr', { min: 0, max: 128 })
  fields.done()
  server.whitelist.push({ id: call.world.takeId('whitelist'), interface: name, ip, cidr })
  call.effect('server.whitelist-added', { serverId: server.id })

  return empty(201)
}

function removeFromWhitelist(call: Call): Answer {
  const server = call.server()
  const fields = call.fields()
  const name = fields.choice('interface', INTERFACES) ?? 'primary'
  const ip = fields.text('ip')
  fields.done()
  const kept = server.whitelist.filter(entry => entry.interface !== name || entry.ip !== ip)
  if (kept.length === server.whitelist.length) throw notFound('whitelist entry')
  server.whitelist = kept
  call.effect('server.whitelist-removed', { serverId: server.id })

  return empty(204)
}

function firewallOf(call: Call) {
  const server = call.server()
  const name = call.text('interface')
  if (name !== 'primary' && name !== 'secondary') throw notFound('interface')

  return { server, firewall: server.firewall[name] }
}

function readFirewall(call: Call): Answer {
  const { firewall } = firewallOf(call)

  return ok({ enabled: firewall.enabled, rules: firewall.rulesets.map(id => ({ rulesetId: id })) })
}

function switchFirewall(call: Call, enabled: boolean): Answer {
  const { server, firewall } = firewallOf(call)
  firewall.enabled = enabled
  call.effect(enabled ? 'server.firewall-enabled' : 'server.firewall-disabled', { serverId: server.id })

  return empty(200)
}

function replaceRules(call: Call): Answer {
  const { server, firewall } = firewallOf(call)
  const fields = call.fields()
  const rulesets = fields.optionalIntegers('rulesets')
  if (rulesets === null) fields.complain('rulesets', 'The rulesets field is required.')
  if (rulesets?.some(id => !KNOWN_RULESETS.has(id))) fields.complain('rulesets', 'Invalid or disabled firewall ruleset')
  fields.done()
  firewall.rulesets = rulesets ?? []
  call.effect('server.firewall-rules-replaced', { serverId: server.id })

  return empty(201)
}

export const serverNetworkRoutes: Route[] = [
  { method: 'POST', path: '/servers/{id}/ipv4Qty', handle: addQuantity },
  { method: 'POST', path: '/servers/{id}/ipv4', handle: addAddresses },
  { method: 'DELETE', path: '/servers/{id}/ipv4', handle: removeAddresses },
  { method: 'POST', path: '/servers/{id}/networkWhitelist', handle: addToWhitelist },
  { method: 'DELETE', path: '/servers/{id}/networkWhitelist', handle: removeFromWhitelist },
  { method: 'GET', path: '/servers/{id}/firewall/{interface}', handle: readFirewall },
  { method: 'POST', path: '/servers/{id}/firewall/{interface}/enable', handle: call => switchFirewall(call, true) },
  { method: 'POST', path: '/servers/{id}/firewall/{interface}/disable', handle: call => switchFirewall(call, false) },
  { method: 'POST', path: '/servers/{id}/firewall/{interface}/rules', handle: replaceRules },
]
