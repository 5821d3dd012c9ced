import { listedServersOf } from '../core/servers.ts'
import { notFound, ok, Refusal, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import { paginate } from '../http/paginate.ts'
import type { Route } from '../http/router.ts'
import { remoteState } from '../shapes/remote-state.ts'
import { serverDetail, serverOfUserRow, serverSimpleRow } from '../shapes/server.ts'

function listServers(call: Call): Answer {
  const type = call.query.get('type') ?? 'simple'
  if (type !== 'simple' && type !== 'full') throw new Refusal(422, { errors: ['The selected type is invalid.'] })

  const hypervisorIds = new Set([...call.query.getAll('hypervisorId'), ...call.query.getAll('hypervisorId[]')].map(Number))
  const all = call.world.census.servers()
  const servers = hypervisorIds.size === 0 ? all : all.filter(server => hypervisorIds.has(server.hypervisorId))

  return paginate(call, servers, server => type === 'full' ? serverDetail(call.world, server) : serverSimpleRow(server))
}

function listOfUser(call: Call): Answer {
  const user = call.state.users.get(call.id('userId', 'user'))
  if (!user) throw notFound('user')

  const make = () => ok(listedServersOf(call.world, user.id).map(server => serverOfUserRow(call.world, server)))

  // A list that lags behind changes with the time alone.
  return call.settings.readings.userListStaleSeconds > 0 ? make() : call.world.keep(`servers of ${user.id}`, make)
}

function readServer(call: Call): Answer {
  const server = call.server()

  if (call.flag('remoteState')) return ok(serverDetail(call.world, server, remoteState(call.world, server)))

  return call.world.keep(`server ${server.id}`, () => ok(serverDetail(call.world, server)))
}

export const serverReadRoutes: Route[] = [
  { method: 'GET', path: '/servers', handle: listServers },
  { method: 'GET', path: '/servers/user/{userId}', handle: listOfUser },
  { method: 'GET', path: '/servers/{id}', handle: readServer },
]
