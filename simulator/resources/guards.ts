import { inMaintenance } from '../core/capacity.ts'
import type { Server } from '../core/state.ts'
import { locked, Refusal } from '../http/answers.ts'
import type { Call } from '../http/call.ts'

/** Refuses while the queue works on the server. */
export function refuseWhileBusy(server: Server) {
  if (server.working.length > 0) throw locked('server has pending tasks in queue')
}

/** Refuses when the server's hypervisor is in maintenance. */
export function refuseInMaintenance(call: Call, server: Server) {
  const hypervisor = call.state.hypervisors.get(server.hypervisorId)
  if (hypervisor && inMaintenance(hypervisor, call.settings)) throw new Refusal(503, { msg: 'hypervisor is in maintenance mode' })
}
