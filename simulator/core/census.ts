import { diskTotal, usageOfAll, type Usage } from './capacity.ts'
import type { Server, State } from './state.ts'

export interface Census {
  /** What a hypervisor's servers take up. */
  usage(hypervisorId: number): Usage
  /** Every server in the order of the ids. */
  servers(): readonly Server[]
  add(server: Server): void
  remove(server: Server): void
  /** Counts anew when it is asked next; called when servers changed size or the state was put in another's place. */
  forget(): void
}

/** Sums over all servers, worked out once and then carried on, so that a panel with thousands of servers stays quick. */
export function createCensus(state: () => State): Census {
  let usages: Map<number, Usage> | null = null
  let servers: readonly Server[] | null = null

  function usage(hypervisorId: number): Usage {
    usages ??= usageOfAll(state())
    let found = usages.get(hypervisorId)
    if (!found) {
      found = { servers: 0, memory: 0, cores: 0, storage: 0 }
      usages.set(hypervisorId, found)
    }

    return found
  }

  function count(server: Server, sign: 1 | -1) {
    servers = null
    if (!usages) return
    const counted = usage(server.hypervisorId)
    counted.servers += sign
    counted.memory += sign * server.memory
    counted.cores += sign * server.cores
    counted.storage += sign * diskTotal(server)
  }

  return {
    usage,
    servers: () => servers ??= [...state().servers.values()],
    add: server => count(server, 1),
    remove: server => count(server, -1),
    forget() {
      usages = null
      servers = null
    },
  }
}
