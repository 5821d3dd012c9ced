import type { SizeField } from '#shared/lifecycle/drift.ts'
import type { Power } from '#shared/lifecycle/servers.ts'
import { MAX_INTEGER } from '#shared/schemas/common.ts'
import type { Server } from '../generated/prisma/client.ts'
import type { VirtFusionServer } from '../virtfusion/schemas/servers.ts'
import { readAddresses } from '../virtfusion/server-state.ts'

/** What is kept of a read, beside the server's own columns: enough to see what the panel said, nothing secret. */
export interface Observation {
  name: string
  hostname: string | null
  ownerId: number | null
  state: string | null
  commissionStatus: number | null
  buildFailed: boolean | null
  built: string | null
  created: string | null
  suspended: boolean | null
  protected: boolean | null
  deleteLevel: number | null
  isBusy: boolean | null
  hypervisor: string | null
  hypervisorGroup: string | null
  isInMaintenance: boolean | null
  liveState: string | null
  /** When a read by the sweep came to nothing; the next one that comes forgets it. */
  unreadAt?: string
  /** The panel's time of change up to which a read was compared with our record. Without it, the sweep compares anew. */
  comparedUpdate?: string
}

/** The allow-listed fields of a read. */
export function toObservation(remote: VirtFusionServer): Observation {
  return {
    name: remote.name,
    hostname: remote.hostname,
    ownerId: remote.ownerId,
    state: remote.state,
    commissionStatus: remote.commissionStatus,
    buildFailed: remote.buildFailed,
    built: remote.built,
    created: remote.created,
    suspended: remote.suspended,
    protected: remote.protected,
    deleteLevel: remote.deleteLevel,
    isBusy: remote.tasks?.active ?? null,
    hypervisor: remote.hypervisor?.name ?? null,
    hypervisorGroup: remote.hypervisor?.group?.name ?? null,
    isInMaintenance: remote.hypervisor?.maintenance ?? null,
    liveState: remote.remoteState?.state ?? null,
  }
}

const POWER_WORDS: Record<string, Power> = { 'running': 'running', 'stopped': 'stopped', 'shutoff': 'stopped', 'shut off': 'stopped', 'paused': 'paused' }

/** Power as live data tells it; null when none came: that is not "off". */
export function readPower({ remoteState }: Pick<VirtFusionServer, 'remoteState'>): Power | null {
  if (!remoteState) return null
  const word = remoteState.state?.toLowerCase() ?? ''
  if (POWER_WORDS[word] === 'paused') return 'paused'
  if (typeof remoteState.running === 'boolean') return remoteState.running ? 'running' : 'stopped'
  return POWER_WORDS[word] ?? 'unknown'
}

/** Public addresses and sizes for the server's columns, less the sizes that it has already. What the panel left out stays out, so that a short answer erases nothing. */
export function readFacts(remote: VirtFusionServer, known: Sizes = {}) {
  const resources = remote.settings?.resources ?? remote.resources
  const primaryDisk = remote.storage.find((disk) => disk.primary)
  return {
    ...(remote.network ? readAddresses(remote) : {}),
    ...whole('memoryMb', resources?.memory, known),
    ...whole('storageGb', resources?.storage ?? primaryDisk?.capacity, known),
    ...whole('trafficGb', resources?.traffic, known),
    ...whole('cpuCores', resources?.cpuCores ?? remote.cpu?.cores, known),
    ...(remote.os?.templateName ? { operatingSystemName: remote.os.templateName } : {}),
  }
}

/** A size that no column can hold is not known: it would keep everything else of the read from being stored. */
function whole<K extends SizeField>(key: K, value: number | null | undefined, known: Sizes): Partial<Record<K, number>> {
  const isSize = typeof value === 'number' && value >= 0 && value <= MAX_INTEGER
  return isSize && typeof known[key] !== 'number' ? { [key]: Math.round(value) } as Record<K, number> : {}
}

/** The suspension that a person asked for and a read has confirmed. */
export interface ConfirmedSuspension { reason: string | null, byId: string | null }

/** Columns of a server that follow from a read. */
export interface ObservationPatch extends Partial<ReturnType<typeof readFacts>>, SuspensionColumns {
  power?: Power
  /** As `observedAt`, where the read told the power. */
  powerObservedAt?: Date
  observation: Observation
  /** When the read began. */
  observedAt: Date
  vanishedAt: null
}

interface SuspensionColumns { suspendedAt?: Date | null, suspensionReason?: string | null, suspendedById?: string | null }

export interface Reading {
  /** When the read began. */
  readAt: Date
  suspension?: ConfirmedSuspension | undefined
  /** As in `Observation`; null when nothing was compared. */
  comparedUpdate?: string | null
}

/** Sizes that are left out are not known yet. */
type Sizes = Partial<Pick<Server, SizeField>>
type Observed = Pick<Server, 'suspendedAt'> & Sizes

/**
 * What is stored of a read: allow-listed fields, addresses, power, suspension. A suspension that nobody asked us for reads as one without
 * reason and person. Sizes are learnt once: from then on they are our record, and another size at the panel is a difference that an admin
 * decides on. Pure.
 */
export function toObservationPatch(server: Observed, remote: VirtFusionServer, { readAt, suspension, comparedUpdate = null }: Reading): ObservationPatch {
  const power = readPower(remote)
  return {
    ...readFacts(remote, server),
    ...suspensionColumns(server, remote, { readAt, suspension }),
    ...(power ? { power, powerObservedAt: readAt } : {}),
    observation: { ...toObservation(remote), ...(comparedUpdate === null ? {} : { comparedUpdate }) },
    observedAt: readAt,
    vanishedAt: null,
  }
}

function suspensionColumns(
  server: Pick<Server, 'suspendedAt'>,
  remote: VirtFusionServer,
  { readAt, suspension }: { readAt: Date, suspension: ConfirmedSuspension | undefined },
): SuspensionColumns {
  if (remote.suspended === null) return {}
  if (!remote.suspended) return { suspendedAt: null, suspensionReason: null, suspendedById: null }
  if (suspension) return { suspendedAt: server.suspendedAt ?? readAt, suspensionReason: suspension.reason, suspendedById: suspension.byId }
  return server.suspendedAt ? {} : { suspendedAt: readAt, suspensionReason: null, suspendedById: null }
}
