import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { readFacts } from '../observation.ts'
import type { Difference } from './find-candidates.ts'
import type { Order } from './order.ts'

/**
 * In what the server of the panel's own answer is not what was ordered: in its group, and in the sizes that the order itself named. Those
 * that it leaves to the package are the panel's to choose, and what the answer does not tell proves nothing. Pure.
 */
export function compareAnswer({ features, overrides }: Pick<Order, 'features' | 'overrides'>, remote: VirtFusionServer): Difference[] {
  const wanted = { ...features, ...overrides }
  const facts = readFacts(remote)
  return [
    ...differ('group', features.virtfusion_hypervisor_id, remote.hypervisor?.groupId),
    ...differ('memory', wanted.virtfusion_memory, facts.memoryMb),
    ...differ('storage', wanted.virtfusion_storage, firstDisk(remote) ?? facts.storageGb),
    ...differ('cpu_cores', wanted.virtfusion_cpu_cores, facts.cpuCores),
    ...differ('traffic', wanted.virtfusion_traffic, facts.trafficGb),
  ]
}

/** The panel adds further disks to the size; an order names the first alone. */
const firstDisk = ({ storage }: Pick<VirtFusionServer, 'storage'>) => storage.find(({ primary }) => primary)?.capacity

function differ(code: Difference['code'], expected: number | undefined, actual: number | null | undefined): Difference[] {
  return expected === undefined || actual === undefined || actual === null || expected === actual ? [] : [{ code, expected, actual }]
}
