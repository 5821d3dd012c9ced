import type { VirtFusionServer } from './schemas/servers.ts'

/** What the panel did with the disk: nothing yet, installing, failed at it, or done. */
export type BuildStatus = 'allocated' | 'building' | 'build_failed' | 'ready' | 'unknown'

/** One word for the whole. That a server is gone or about to be deleted by our own schedule can't be told from here. */
export type RemoteStatus = 'deleting' | 'suspended' | BuildStatus

export type Power = 'running' | 'stopped' | 'paused' | 'unknown'

export interface RemoteServerState {
  status: RemoteStatus
  buildStatus: BuildStatus
  /** Null when the panel did not say. */
  isSuspended: boolean | null
  isDeleting: boolean
  /** The queue works on the server, so changes would be answered 423. */
  isBusy: boolean | null
  /** Power calls would be answered 503. */
  isInMaintenance: boolean | null
  /** `unknown` unless the server was read with `remoteState`. */
  power: Power
  /** Public addresses, primary interface first. */
  ipv4: string[]
  /** Single addresses where the panel lists them, else subnets such as `2001:db8::/80`. */
  ipv6: string[]
  /** MB, GB, GB (0 = unlimited), cores; null where the panel did not say. */
  resources: { memoryMb: number | null, storageGb: number | null, trafficGb: number | null, cpuCores: number | null }
}

/** Reads a server's state out of the panel's fields. Pure; what is absent stays unknown and never reads as off or gone. */
export function readServerState(remote: VirtFusionServer): RemoteServerState {
  const buildStatus = readBuildStatus(remote)
  const isDeleting = (remote.deleteLevel ?? 0) > 0
  return {
    status: isDeleting ? 'deleting' : remote.suspended === true ? 'suspended' : buildStatus,
    buildStatus,
    isSuspended: remote.suspended,
    isDeleting,
    isBusy: remote.tasks?.active ?? null,
    isInMaintenance: remote.hypervisor?.maintenance ?? null,
    power: readPower(remote),
    ...readAddresses(remote),
    resources: readResources(remote),
  }
}

/**
 * `state` is the build's state, not power. Neither it nor `buildFailed` is enough to call a build failed, and while the
 * queue still works on the server it has not ended: panels show `failed` with `buildFailed` false.
 */
function readBuildStatus({ state, buildFailed, commissionStatus, tasks }: VirtFusionServer): BuildStatus {
  const isActive = tasks?.active === true
  if ((state === 'failed' || buildFailed === true) && !isActive) return 'build_failed'
  if (commissionStatus === 1 || commissionStatus === 2 || state === 'queued') return 'building'
  if (isActive && commissionStatus !== null && commissionStatus < 3) return 'building'
  if (commissionStatus === 0) return 'allocated'
  if (commissionStatus !== null && commissionStatus >= 3 && state === 'complete') return 'ready'
  return 'unknown'
}

const POWER_BY_STATE: Readonly<Record<string, Power>> = {
  'running': 'running',
  'stopped': 'stopped',
  'shutoff': 'stopped',
  'shut off': 'stopped',
  'paused': 'paused',
}

function readPower({ remoteState }: VirtFusionServer): Power {
  if (remoteState === null) return 'unknown'
  const named = POWER_BY_STATE[remoteState.state?.toLowerCase() ?? '']
  // A paused guest counts as running for some drivers.
  if (named === 'paused') return 'paused'
  if (remoteState.running !== null) return remoteState.running ? 'running' : 'stopped'
  return named ?? 'unknown'
}

/** Addresses that are switched on and reach the world: those of a private network and disabled ones lead a customer nowhere. */
export function readAddresses({ network }: Pick<VirtFusionServer, 'network'>): { ipv4: string[], ipv6: string[] } {
  const interfaces = [
    ...(network?.interfaces ?? []),
    ...(network?.secondaryInterfaces ?? []).filter(entry => entry.type === 'public'),
  ]
  return {
    ipv4: interfaces.flatMap(entry => entry.ipv4.filter(isOn).map(address => address.address)),
    ipv6: interfaces.flatMap(entry => entry.ipv6.filter(isOn).flatMap((block) => {
      if (block.addresses.length > 0) return block.addresses
      if (block.subnet === null || block.subnet === '') return []
      return [block.cidr === null ? block.subnet : `${block.subnet}/${block.cidr}`]
    })),
  }
}

function isOn(entry: { enabled: boolean | null }): boolean {
  return entry.enabled !== false
}

function readResources(remote: VirtFusionServer): RemoteServerState['resources'] {
  const resources = remote.settings?.resources ?? remote.resources
  return {
    memoryMb: resources?.memory ?? null,
    storageGb: resources?.storage ?? remote.storage.find(disk => disk.primary === true)?.capacity ?? null,
    trafficGb: resources?.traffic ?? remote.traffic?.public?.currentPeriod?.limit ?? null,
    cpuCores: resources?.cpuCores ?? remote.cpu?.cores ?? null,
  }
}
