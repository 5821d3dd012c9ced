import type { ProvisioningLog } from '#shared/schemas/provisioning-logs.ts'

/** How a call to the panel ended, in a word. */
export const OUTCOME_LABELS: Record<ProvisioningLog['outcome'], string> = {
  ok: 'Done',
  rejected: 'Refused',
  unreachable: 'Not reached',
  unknown: 'Unknown',
}

/** What is known about what a call changed at the panel. */
export const EFFECT_LABELS: Record<ProvisioningLog['effect'], string> = {
  none: 'Changed nothing',
  done: 'Took effect',
  unknown: 'May have taken effect',
}

/** The calls that stand in the log most often, as suggestions; any other name can be typed. A test compares them with the client. */
export const CALL_NAMES = [
  'servers.create', 'servers.createDryRun', 'servers.build', 'servers.get', 'servers.listByUser', 'servers.suspend', 'servers.unsuspend',
  'servers.delete', 'servers.rename', 'servers.boot', 'servers.shutdown', 'servers.restart', 'servers.poweroff',
  'users.create', 'users.getByExtRelation', 'users.createServerAuthenticationToken', 'queue.get',
]

/** A duration as a person reads it: "240 ms", "1.3 s". */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null) return 'Unknown'
  return durationMs < 1000 ? `${durationMs} ms` : `${(durationMs / 1000).toFixed(1)} s`
}
