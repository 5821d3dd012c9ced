import { diskTotal } from '../core/capacity.ts'
import type { ResourcePack, Server } from '../core/state.ts'
import { conflict, created, empty, ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'
import { readDelay, scheduleDelete, setSuspension } from './servers-lifecycle.ts'
import { userByRelation } from './users.ts'

/** The packs that an administrator has defined; users get instances of them. */
const PACKS = new Map([
  [1, { name: 'Pack small', servers: 2, memory: 4096, storage: 200, cpu: 8, traffic: 2000 }],
  [2, { name: 'Pack large', servers: 10, memory: 32_768, storage: 1000, cpu: 32, traffic: 20_000 }],
])

/** What a pack delete means without `delay`: 30 minutes, unlike for a single server. */
const DEFAULT_DELAY_MINUTES = 30

const packOf = (call: Call) => call.find(call.state.resourcePacks, 'id', 'resource pack')

const serversOf = (call: Call, pack: ResourcePack) =>
  [...call.state.servers.values()].filter(({ resourcePackId }) => resourcePackId === pack.id)

function addPack(call: Call): Answer {
  const user = userByRelation(call)
  const fields = call.fields()
  const packId = fields.integer('packId')
  const enabled = fields.boolean('enabled')
  if (fields.has('packId') && !PACKS.has(packId)) fields.complain('packId', 'The selected pack id is invalid.')
  fields.done()

  const pack = { id: call.world.takeId('resourcePacks'), userId: user.id, packId, enabled }
  call.state.resourcePacks.set(pack.id, pack)
  call.effect('resource-pack.added', { packId: pack.id, userId: user.id })

  return created({ id: pack.id })
}

function meter(total: number, used: number) {
  return { t: total, u: used, f: total - used, p: total === 0 ? 0 : Math.round(used / total * 100), l: true }
}

const sum = (servers: Server[], of: (server: Server) => number) => servers.reduce((total, server) => total + of(server), 0)

function readPack(call: Call): Answer {
  const pack = packOf(call)
  const limits = PACKS.get(pack.packId) ?? { name: 'Pack', servers: 0, memory: 0, storage: 0, cpu: 0, traffic: 0 }
  const servers = serversOf(call, pack)
  const used = {
    servers: servers.length,
    memory: sum(servers, server => server.memory),
    storage: sum(servers, diskTotal),
    cpu: sum(servers, server => server.cores),
    traffic: sum(servers, server => server.traffic),
  }

  return ok({
    type: 'pack',
    id: pack.id,
    pid: pack.packId,
    label: null,
    name: limits.name,
    limits: {
      total_servers: limits.servers, total_memory: limits.memory, total_storage: limits.storage, total_cpu: limits.cpu,
      total_traffic: limits.traffic, max_memory: limits.memory, max_storage: limits.storage, max_cpu: limits.cpu, max_traffic: limits.traffic,
    },
    used,
    usage: {
      servers: meter(limits.servers, used.servers),
      memory: meter(limits.memory, used.memory),
      storage: meter(limits.storage, used.storage),
      cpu: meter(limits.cpu, used.cpu),
      traffic: meter(limits.traffic, used.traffic),
    },
    ...(call.flag('withServers') && { servers: servers.map(({ id, uuid, name }) => ({ id, uuid, name })) }),
  })
}

function changePack(call: Call): Answer {
  const pack = packOf(call)
  const fields = call.fields()
  const enabled = fields.boolean('enabled')
  fields.done()
  pack.enabled = enabled
  call.effect('resource-pack.changed', { packId: pack.id })

  return empty(204)
}

function deletePack(call: Call): Answer {
  const pack = packOf(call)
  if (serversOf(call, pack).length > 0) {
    if (!call.flag('disable')) throw conflict('resource pack has servers')
    pack.enabled = false
    call.effect('resource-pack.changed', { packId: pack.id })
    return empty(204)
  }
  call.state.resourcePacks.delete(pack.id)
  call.effect('resource-pack.deleted', { packId: pack.id })

  return empty(204)
}

function suspendServers(call: Call, wanted: boolean): Answer {
  for (const server of serversOf(call, packOf(call))) {
    if (server.working.length === 0) setSuspension(call, server, wanted)
  }

  return empty(204)
}

function deleteServers(call: Call): Answer {
  const delay = readDelay(call, DEFAULT_DELAY_MINUTES)
  for (const server of serversOf(call, packOf(call))) scheduleDelete(call, server, delay)

  return empty(204)
}

export const resourcePackRoutes: Route[] = [
  { method: 'POST', path: '/selfService/resourcePack/byUserExtRelationId/{ext}', handle: addPack },
  { method: 'GET', path: '/selfService/resourcePack/{id}', handle: readPack },
  { method: 'PUT', path: '/selfService/resourcePack/{id}', handle: changePack },
  { method: 'DELETE', path: '/selfService/resourcePack/{id}', handle: deletePack },
  { method: 'POST', path: '/selfService/resourcePackServers/{id}/suspend', handle: call => suspendServers(call, true) },
  { method: 'POST', path: '/selfService/resourcePackServers/{id}/unsuspend', handle: call => suspendServers(call, false) },
  { method: 'DELETE', path: '/selfService/resourcePackServers/{id}', handle: deleteServers },
]
