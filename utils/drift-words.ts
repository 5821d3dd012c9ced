import type { DriftField, DriftValue, FindingState } from '#shared/lifecycle/drift.ts'
import type { Orphan } from '#shared/schemas/orphans.ts'

export const DRIFT_FIELD_LABELS: Record<DriftField, string> = {
  memoryMb: 'Memory', storageGb: 'Disk', cpuCores: 'Processor', trafficGb: 'Traffic', name: 'Name', owner: 'Owner at the panel', suspension: 'Suspension', identity: 'Identity',
}

export const FINDING_STATE_LABELS: Record<FindingState, string> = { open: 'Open', ignored: 'Ignored', taken: 'Taken over', pushed: 'Pushed', gone: 'Gone by itself' }

export const ORPHAN_STATE_LABELS: Record<Orphan['state'], string> = { open: 'Open', ignored: 'Ignored', adopted: 'Adopted', deleting: 'Being deleted', gone: 'Gone' }

/** A value of a difference as a person reads it; what is not known or has no meaning for the plan is "Not set". */
export function formatDriftValue(field: DriftField, value: DriftValue): string {
  if (value === null) return 'Not set'
  if (field === 'suspension') return value === true ? 'Suspended' : 'Not suspended'
  if (field === 'owner') return `User ${value}`
  if (typeof value !== 'number') return String(value)
  if (field === 'memoryMb') return formatMemory(value)
  if (field === 'storageGb') return formatStorage(value)
  if (field === 'trafficGb') return formatTraffic(value)
  return field === 'cpuCores' ? formatCores(value) : String(value)
}
