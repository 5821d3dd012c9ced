import type { Call } from '../../context.ts'
import { engineOf } from '../../engine/engine-of.ts'
import { openPanel, type EnginePanel } from '../../engine/panel-port.ts'
import { AppError } from '../../errors.ts'
import type { LoadedOperation } from './load-operation.ts'

/** A person waits for the answer in the browser: ahead of the engine's own work, and not for long. */
const READ_OPTIONS = { timeoutMs: 8_000, retries: 0, lane: 'person' } as const

/** The panel for what a person asks about one operation; its calls stand in the log beside the engine's. @throws AppError panel_unavailable when none is connected */
export async function openPanelFor(call: Call, operation: LoadedOperation): Promise<EnginePanel> {
  const client = await call.panel.client()
  if (!client) throw new AppError('panel_unavailable', 'No panel is connected, so it can\'t be asked.', { diagnosis: { code: 'panel_unconfigured', params: {}, setting: 'VIRTFUSION_API_URL' } })
  return openPanel(client, { engine: engineOf(call), operationId: operation.id, serverId: operation.serverId, attempt: operation.attempt + 1, requestId: call.requestId, options: READ_OPTIONS })
}
