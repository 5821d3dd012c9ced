import type { Call } from '../../context.ts'
import type { PanelAnswer } from '../../engine/call-panel.ts'
import { callSilently } from '../../engine/call-silently.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { VirtFusionServerRow } from '../../virtfusion/schemas/servers.ts'

/** The panel's complete list of servers. Somebody waits for it at a screen. */
export function listRemote(call: Call, { servers }: VirtFusionClient): Promise<PanelAnswer<VirtFusionServerRow[]>> {
  return callSilently(call, { describe: () => servers.list.request({}), send: (via) => servers.listAll({ lane: 'person', requestId: call.requestId, ...via }) })
}
