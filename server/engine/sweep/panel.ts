import type { Services } from '../../context.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { VirtFusionError } from '../../virtfusion/errors.ts'
import type { Lane } from '../../virtfusion/types.ts'
import { callSilently } from '../call-silently.ts'
import { classifyFailure } from '../classify-failure.ts'
import { engineOf } from '../engine-of.ts'
import { openPanel } from '../panel-port.ts'
import type { Sizes, SweepPanel } from './ports.ts'

const LARGEST_PAGE = 200

/** Together with the read that leaves the live state out, no more tries than one read has elsewhere: several servers that fail must not look like a dead panel. */
const RETRIES = 1

/** Nothing was asked of it, or it asks for quiet: the next call would end in the same way. */
const isAboutPanel = ({ kind }: VirtFusionError) => kind === 'circuit-open' || kind === 'rate-limited'

/** The panel as the sweep asks it. Single reads leave an attempt row, pages and packages none: the log would hold little else. */
export function openSweepPanel(services: Services, client: VirtFusionClient, lane: Lane): SweepPanel {
  const packages = new Map<number, Sizes | null>()
  return {
    async list(page) {
      const options = { page, results: LARGEST_PAGE }
      const answer = await callSilently(services, {
        describe: () => client.servers.list.request(options), send: (via) => client.servers.list({ ...options, ...via }),
      })
      return answer.ok ? { type: 'page', ...answer.value } : { type: 'failed', failure: classifyFailure(answer.error) }
    },
    async read(virtfusionServerId, serverId) {
      const reader = openPanel(client, { engine: engineOf(services), operationId: null, serverId, attempt: 1, requestId: null, options: { lane, retries: RETRIES } })
      const live = await reader.getServer(virtfusionServerId, serverId === null ? {} : { remoteState: true })
      // The hypervisor of one server may not answer for long: what the panel itself knows of it is read all the same.
      const isWorthMore = !live.ok && serverId !== null && classifyFailure(live.error) === 'unavailable' && !isAboutPanel(live.error)
      const answer = isWorthMore ? await reader.getServer(virtfusionServerId) : live
      return answer.ok ? { type: 'read', remote: answer.value } : { type: 'failed', failure: classifyFailure(answer.error), isPanel: isAboutPanel(answer.error) }
    },
    async readPackage(id) {
      const kept = packages.get(id)
      if (kept !== undefined) return kept
      const answer = await callSilently(services, { describe: () => client.packages.get.request(id), send: (via) => client.packages.get(id, via) })
      const sizes = answer.ok
        ? { memoryMb: answer.value.memory, storageGb: answer.value.primaryStorage, cpuCores: answer.value.cpuCores, trafficGb: answer.value.traffic }
        : null
      packages.set(id, sizes)
      return sizes
    },
  }
}
