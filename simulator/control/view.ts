import type { Server } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { progressOf } from '../resources/queue.ts'

/** A server in a few plain fields, for people and tests. */
export const brief = (server: Server) => ({
  id: server.id,
  uuid: server.uuid,
  ownerId: server.ownerId,
  packageId: server.packageId,
  hypervisorId: server.hypervisorId,
  name: server.name,
  hostname: server.hostname,
  commissionStatus: server.commissionStatus,
  state: server.state,
  suspended: server.suspended,
  protected: server.protected,
  power: server.power,
  working: server.working,
  deleteDue: server.deleteDue === null ? null : new Date(server.deleteDue).toISOString(),
  deleteLevel: server.deleteLevel,
  addresses: server.ipv4.map(({ address }) => address),
  ipv6: server.ipv6.map(({ subnet }) => subnet),
  created: new Date(server.created).toISOString(),
})

/** What the panel holds now, without its secrets. */
export function stateView(world: World) {
  const { state } = world

  return {
    now: new Date(world.clock.now()).toISOString(),
    servers: [...state.servers.values()].map(brief),
    users: [...state.users.values()].map(({ password: _secret, ...user }) => user),
    packages: [...state.packages.values()],
    groups: [...state.groups.values()],
    hypervisors: [...state.hypervisors.values()].map(({ encryptedToken: _secret, ...hypervisor }) =>
      ({ ...hypervisor, used: world.usage(hypervisor.id) })),
    templates: [...state.templates.values()].map(({ id, name, version, isBroken }) => ({ id, name, version, isBroken })),
    queue: [...state.queue.values()].slice(-200).map(item => ({
      id: item.id, serverId: item.serverId, action: item.action, progress: progressOf(item, world.now()), finished: item.finished !== null,
      failed: item.failed,
    })),
    usedAddresses: state.usedAddresses.size,
    due: state.due.map(({ at, kind, serverId }) => ({ at: new Date(at).toISOString(), kind, serverId })),
    counts: { ledger: world.ledger.entries.length, calls: world.ledger.calls.length, faults: world.faults.list().length },
  }
}
