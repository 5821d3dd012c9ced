import type { Lifecycle, ServerState } from '#shared/lifecycle/servers.ts'
import type { AdminServer } from '#shared/schemas/servers.ts'

/** The words of the status chip, as they stand in a filter. */
export const SERVER_STATE_LABELS: Record<ServerState, string> = {
  active: 'Active',
  provisioning: 'Provisioning',
  suspended: 'Suspended',
  deletion_scheduled: 'Deletion scheduled',
  deleting: 'Deleting',
  failed: 'Failed',
  needs_attention: 'Needs attention',
  unknown: 'Unknown',
  deleted: 'Deleted',
}

export const LIFECYCLE_LABELS: Record<Lifecycle, string> = {
  provisioning: 'Provisioning',
  active: 'Active',
  deleting: 'Deleting',
  deleted: 'Deleted',
  failed: 'Failed',
}

/** Somebody suspended it at the panel itself: a suspension that Berth was asked for has a person or a reason. */
export function isSuspendedAtPanel({ by, reason }: NonNullable<AdminServer['suspension']>): boolean {
  return by === null && reason === null
}

/** Memory in MB as a person reads it: whole gigabytes as GB, else MB. `null` is "Unknown". */
export function formatMemory(memoryMb: number | null): string {
  if (memoryMb === null) return 'Unknown'
  return memoryMb >= 1024 && memoryMb % 512 === 0 ? `${memoryMb / 1024} GB` : `${memoryMb} MB`
}

/** Disk in GB. `null` is "Unknown". */
export function formatStorage(storageGb: number | null): string {
  return storageGb === null ? 'Unknown' : `${storageGb} GB`
}

/** Traffic in GB a period as a person reads it: whole terabytes as TB, else GB. The panel writes 0 for unlimited. */
export function formatTraffic(trafficGb: number | null): string {
  if (trafficGb === null) return 'Unknown'
  if (trafficGb === 0) return 'Unlimited'
  return trafficGb % 1000 === 0 ? `${trafficGb / 1000} TB` : `${trafficGb} GB`
}

/** Processor cores. `null` is "Unknown". */
export function formatCores(cpuCores: number | null): string {
  if (cpuCores === null) return 'Unknown'
  return cpuCores === 1 ? '1 core' : `${cpuCores} cores`
}
