import type { Hypervisor, IpBlock, Server, State } from './state.ts'
import type { Settings } from './settings.ts'

export interface Usage { servers: number, memory: number, cores: number, storage: number }
interface Demand { memory: number, cores: number, storage: number, ipv4: number }

export const diskTotal = (server: Server) =>
  server.disks.reduce((sum, disk) => sum + (disk.enabled ? disk.capacity : 0), 0)

/** What is taken up on every hypervisor that has servers. */
export function usageOfAll(state: State): Map<number, Usage> {
  const usages = new Map<number, Usage>()
  for (const server of state.servers.values()) {
    let usage = usages.get(server.hypervisorId)
    if (!usage) {
      usage = { servers: 0, memory: 0, cores: 0, storage: 0 }
      usages.set(server.hypervisorId, usage)
    }
    usage.servers += 1
    usage.memory += server.memory
    usage.cores += server.cores
    usage.storage += diskTotal(server)
  }

  return usages
}

export const inMaintenance = (hypervisor: Hypervisor, settings: Settings) => settings.maintenance || hypervisor.maintenance

export const freeAddresses = (state: State, block: IpBlock) =>
  block.addresses.filter(address => !state.usedAddresses.has(address))

/** The IPv4 blocks of a group, in the order in which they are used up. */
export const ipv4Blocks = (state: State, groupId: number) =>
  [...state.blocks.values()].filter(block => block.type === 4 && block.groupId === groupId)

/** The first `quantity` free addresses of a group; fewer when there are not enough. */
export function pickAddresses(state: State, groupId: number, quantity: number): { address: string, block: IpBlock }[] {
  const picked: { address: string, block: IpBlock }[] = []
  for (const block of ipv4Blocks(state, groupId)) {
    const { addresses } = block
    while (block.firstFree < addresses.length && state.usedAddresses.has(addresses[block.firstFree] ?? '')) block.firstFree += 1
    for (let index = block.firstFree; index < addresses.length; index += 1) {
      if (picked.length >= quantity) return picked
      const address = addresses[index]
      if (address !== undefined && !state.usedAddresses.has(address)) picked.push({ address, block })
    }
  }

  return picked
}

/** Gives addresses back to their blocks. */
export function releaseAddresses(state: State, addresses: { address: string, blockId: number }[]) {
  for (const { address, blockId } of addresses) {
    state.usedAddresses.delete(address)
    const block = state.blocks.get(blockId)
    if (block) block.firstFree = 0
  }
}

const fits = (max: number, used: number, wanted: number) => max === 0 || used + wanted <= max

interface PlaceInput {
  state: State
  settings: Settings
  usage: (hypervisorId: number) => Usage
  groupId: number
  demand: Demand
}

/** The hypervisor with the most free memory that can take the demand, or the sentences that say why none can. */
export function place({ state, settings, usage, groupId, demand }: PlaceInput): Hypervisor | string[] {
  const gone = settings.capacityGone
  const members = [...state.hypervisors.values()].filter(({ groupId: group }) => group === groupId)
  const usable = members.filter(hypervisor => hypervisor.enabled && !hypervisor.prohibit && !inMaintenance(hypervisor, settings))
  if (usable.length === 0) return ['No hypervisor in the group is available']

  const checks: [boolean, string][] = []
  const withMemory = usable.filter(({ id, maxMemory }) => gone !== 'memory' && fits(maxMemory, usage(id).memory, demand.memory))
  checks.push([withMemory.length > 0, 'No hypervisor in the group has enough free memory'])
  const withDisk = withMemory.filter(({ id, maxStorage }) => gone !== 'disk' && fits(maxStorage, usage(id).storage, demand.storage))
  checks.push([withDisk.length > 0, 'No hypervisor in the group has enough free storage'])
  const withCores = withDisk.filter(({ id, maxCores, maxServers }) =>
    gone !== 'cpu' && fits(maxCores, usage(id).cores, demand.cores) && fits(maxServers, usage(id).servers, 1))
  checks.push([withCores.length > 0, 'No hypervisor in the group has enough free CPU cores'])
  const addresses = gone === 'ipv4' ? 0 : pickAddresses(state, groupId, demand.ipv4).length
  checks.push([addresses >= demand.ipv4, 'Not enough IPv4 addresses are available in the group'])

  const failed = checks.find(([passed]) => !passed)
  const best = withCores.toSorted((a, b) => freeMemory(b, usage(b.id)) - freeMemory(a, usage(a.id)) || a.id - b.id)[0]
  if (failed || !best) return [failed?.[1] ?? 'No hypervisor in the group is available']

  return best
}

const freeMemory = (hypervisor: Hypervisor, usage: Usage) =>
  (hypervisor.maxMemory === 0 ? Number.MAX_SAFE_INTEGER : hypervisor.maxMemory) - usage.memory
