import { offsetDate } from '../core/dates.ts'
import type { Hypervisor, HypervisorGroup } from '../core/state.ts'
import { inMaintenance } from '../core/capacity.ts'
import type { World } from '../core/world.ts'

/** A meter as the panel shows it; `max` 0 means no limit, `free` is then negative and `percent` null. */
function meter(units: string, max: number, allocated: number) {
  return {
    units, max, allocated, free: max - allocated,
    percent: max === 0 ? null : Math.round(allocated / max * 1000) / 10,
  }
}

export function hypervisorResources(world: World, hypervisor: Hypervisor) {
  const usage = world.usage(hypervisor.id)

  return {
    servers: meter('#', hypervisor.maxServers, usage.servers),
    memory: meter('MB', hypervisor.maxMemory, usage.memory),
    cpuCores: meter('#', hypervisor.maxCores, usage.cores),
    localStorage: { enabled: 1, name: 'Local (Default mountpoint)', storageType: 0, ...meter('GB', hypervisor.maxStorage, usage.storage) },
    otherStorage: [],
  }
}

export function groupShape(group: HypervisorGroup) {
  return {
    id: group.id,
    name: group.name,
    label: null,
    description: group.description,
    distributionType: 5,
    enabled: group.enabled,
    default: group.isDefault,
    created: offsetDate(group.created),
    updated: offsetDate(group.created),
  }
}

/** The hypervisor inside a server object. */
export function serverHypervisor(world: World, hypervisor: Hypervisor) {
  const group = world.state.groups.get(hypervisor.groupId)

  return {
    id: hypervisor.id,
    ip: hypervisor.ip,
    hostname: null,
    port: 8892,
    maintenance: inMaintenance(hypervisor, world.settings),
    groupId: hypervisor.groupId,
    group: { name: group?.name ?? '', icon: null },
    timezone: 'Europe/London',
    forceIPv6: false,
    vncListenType: 1,
    displayName: null,
    cpuSet: null,
    nfType: 4,
    backupStorageType: 2,
    defaultDiskType: 'inherit',
    defaultDiskCacheType: 'inherit',
    defaultCPU: 'inherit',
    defaultMachineType: 'inherit',
    created: offsetDate(hypervisor.created),
    updated: offsetDate(hypervisor.created),
    name: hypervisor.name,
    dataDir: '/home/vf-data',
    resources: hypervisorResources(world, hypervisor),
  }
}

const networkRow = (id: number, created: number) => ({
  id, type: 'simpleBridge', bridge: 'br0', primary: true, default: true, created: offsetDate(created), updated: offsetDate(created),
})

/** A hypervisor as its own endpoint shows it; it holds secrets, as the real one does. */
export function hypervisorShape(world: World, hypervisor: Hypervisor) {
  const group = world.state.groups.get(hypervisor.groupId)

  return {
    id: hypervisor.id,
    commissioned: 3,
    ip: hypervisor.ip,
    ipAlt: null,
    hostname: null,
    port: 8892,
    sshPort: 22,
    name: hypervisor.name,
    maintenance: inMaintenance(hypervisor, world.settings),
    enabled: hypervisor.enabled,
    nfType: 4,
    group: group && {
      id: group.id,
      name: group.name,
      description: group.description,
      default: group.isDefault,
      enabled: group.enabled,
      distributionType: 5,
      created: offsetDate(group.created),
      updated: offsetDate(group.created),
    },
    encryptedToken: hypervisor.encryptedToken,
    maxServers: hypervisor.maxServers,
    maxCpu: hypervisor.maxCores,
    maxMemory: hypervisor.maxMemory,
    networks: [networkRow(hypervisor.id, hypervisor.created)],
    created: offsetDate(hypervisor.created),
    updated: offsetDate(hypervisor.created),
  }
}
