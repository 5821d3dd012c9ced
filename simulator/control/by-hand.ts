import { place } from '../core/capacity.ts'
import type { Hypervisor, Server } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { giveServer, removeServer } from '../core/servers.ts'
import { notFound, Refusal } from '../http/answers.ts'
import { isRecord } from '../http/fields.ts'
import { allocateServer, wantedFrom } from '../resources/servers-create.ts'
import { requireKnown } from './require-known.ts'
import { brief } from './view.ts'

const refuse = (text: string) => new Refusal(422, { errors: [text] })

const WISH_KEYS = ['userId', 'packageId', 'groupId', 'name', 'hostname', 'templateId', 'built']

/** A server that somebody made in the panel's own pages, built and running unless `built` is false. */
export function makeServer(world: World, body: unknown) {
  const wish = isRecord(body) ? body : {}
  requireKnown(WISH_KEYS, wish)
  const packageRow = world.state.packages.get(Number(wish.packageId ?? 1))
  const groupId = Number(wish.groupId ?? 1)
  const ownerId = Number(wish.userId ?? 1)
  if (!packageRow || !world.state.groups.has(groupId) || !world.state.users.has(ownerId)) {
    throw refuse('packageId, groupId or userId is not known')
  }

  const wanted = wantedFrom(packageRow)
  const hypervisor = place({ state: world.state, settings: world.settings, usage: id => world.usage(id), groupId, demand: wanted })
  if (Array.isArray(hypervisor)) throw new Refusal(422, { errors: hypervisor })

  const server = allocateServer(world, { ownerId, packageRow, hypervisor, wanted })
  const now = world.now()
  if (wish.built !== false) {
    Object.assign(server, {
      commissionStatus: 3, state: 'complete', built: now, power: 'running', powerSince: now, templateId: Number(wish.templateId ?? 1),
    })
  }
  if (typeof wish.name === 'string') server.name = wish.name
  if (typeof wish.hostname === 'string') server.hostname = wish.hostname
  world.recordOwn('server.made-by-hand', { serverId: server.id, userId: ownerId }, null, wish)

  return brief(server)
}

const CHANGEABLE = [
  'suspended', 'protected', 'name', 'hostname', 'power', 'ownerId', 'state', 'commissionStatus', 'buildFailed', 'uuid', 'deleteLevel',
  'resourcePackId', 'ignoresShutdown',
] as const

/** Changes a server as an administrator of the panel could: suspend, stop, protect, rename, take away, stop a deletion. */
export function changeServer(world: World, id: number, body: unknown) {
  const server = world.state.servers.get(id)
  if (!server) throw notFound('server')
  const wish = isRecord(body) ? body : {}
  requireKnown([...CHANGEABLE, 'vanish', 'cancelDelete'], wish)

  if (wish.vanish === true) {
    world.recordOwn('server.vanished', { serverId: id }, null, { uuid: server.uuid })
    removeServer(world, server)
    return { id, vanished: true }
  }
  if (wish.cancelDelete === true) {
    world.unschedule(id, 'destroy.begin')
    server.deleteDue = null
  }
  if (typeof wish.ownerId === 'number') giveServer(world, server, wish.ownerId)
  const changes = Object.fromEntries(Object.entries(wish).filter(([key]) => (CHANGEABLE as readonly string[]).includes(key)))
  Object.assign(server, changes satisfies Partial<Record<keyof Server, unknown>>, { updated: world.now() })
  if (wish.suspended === true) server.power = 'stopped'
  world.recordOwn('server.changed-by-hand', { serverId: id }, null, wish)

  return brief(server)
}

const HYPERVISOR_KEYS = ['enabled', 'prohibit', 'maintenance', 'maxServers', 'maxMemory', 'maxCores', 'maxStorage']

/** Switches a hypervisor to maintenance, or changes what it can hold. */
export function changeHypervisor(world: World, id: number, body: unknown): Omit<Hypervisor, 'encryptedToken'> {
  const hypervisor = world.state.hypervisors.get(id)
  if (!hypervisor) throw notFound('hypervisor')
  const wish = isRecord(body) ? body : {}
  requireKnown(HYPERVISOR_KEYS, wish)
  Object.assign(hypervisor, wish)
  world.recordOwn('hypervisor.changed-by-hand', { hypervisorId: id }, null, wish)
  const { encryptedToken: _secret, ...shown } = hypervisor

  return shown
}
