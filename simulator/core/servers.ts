import { releaseAddresses } from './capacity.ts'
import type { Server } from './state.ts'
import type { World } from './world.ts'

/** Keeps how ownership was a moment ago, for as long as listings of users shall lag behind. */
function remember(world: World, server: Server, from: number | null, to: number | null) {
  const { state } = world
  const lag = world.settings.readings.userListStaleSeconds * 1000
  if (lag === 0) {
    if (state.moves.length > 0) state.moves = []
    return
  }
  const now = world.now()
  state.moves = state.moves.filter(({ at }) => at > now - lag)
  state.moves.push({ at: now, server, from, to })
}

/** Puts a new server on the panel. */
export function addServer(world: World, server: Server) {
  world.state.servers.set(server.id, server)
  for (const { address } of server.ipv4) world.state.usedAddresses.set(address, server.id)
  world.census.add(server)
  remember(world, server, null, server.ownerId)
}

/** Takes a server off the panel: gives back what it took, its addresses, and drops what was due for it. */
export function removeServer(world: World, server: Server) {
  releaseAddresses(world.state, server.ipv4)
  world.unschedule(server.id)
  world.state.servers.delete(server.id)
  world.census.remove(server)
  remember(world, server, server.ownerId, null)
}

/** Makes a user the owner of a server. */
export function giveServer(world: World, server: Server, ownerId: number) {
  if (server.ownerId === ownerId) return
  remember(world, server, server.ownerId, ownerId)
  server.ownerId = ownerId
}

/** Whether any server belongs to a user. */
export function ownsServers(world: World, userId: number): boolean {
  for (const { ownerId } of world.state.servers.values()) if (ownerId === userId) return true

  return false
}

/** The servers that belong to a user, in the order of their ids. */
export function serversOf({ state }: World, userId: number): Server[] {
  const owned: Server[] = []
  for (const server of state.servers.values()) if (server.ownerId === userId) owned.push(server)

  return owned
}

/** The servers that a listing of the user shows: all of them, unless a reading makes it lag behind or cuts it. */
export function listedServersOf(world: World, userId: number): Server[] {
  const { userListStaleSeconds, userListLimit } = world.settings.readings
  let listed = serversOf(world, userId)
  if (userListStaleSeconds > 0) {
    const horizon = world.now() - userListStaleSeconds * 1000
    const byId = new Map(listed.map(server => [server.id, server]))
    for (const { at, server, from, to } of world.state.moves.toReversed()) {
      if (at <= horizon) break
      if (to === userId) byId.delete(server.id)
      if (from === userId) byId.set(server.id, world.state.servers.get(server.id) ?? server)
    }
    listed = [...byId.values()].sort((a, b) => a.id - b.id)
  }

  return userListLimit > 0 ? listed.slice(0, userListLimit) : listed
}
