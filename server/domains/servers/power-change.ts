import type { PowerServer } from '#shared/schemas/servers.ts'
import type { Change } from './change-server.ts'

/** Boot, shutdown, restart and poweroff are kinds of operations by the same names. */
export function powerChange({ action }: PowerServer): Change {
  return { action, kind: action, audit: { action: 'server.power_changed', after: { action } } }
}
