import type { Call } from '../../context.ts'
import type { CallScope } from '../../engine/call-panel.ts'
import { engineOf } from '../../engine/engine-of.ts'
import { openPanel, type EnginePanel } from '../../engine/panel-port.ts'
import { requirePanel } from './require-panel.ts'

/** A person waits for the answer in the browser: ahead of the engine's own work, and not for long. */
export const PERSON_OPTIONS = { timeoutMs: 8_000, retries: 0, lane: 'person' } as const

const NOBODYS = { operationId: null, serverId: null, attempt: 1 }

/** The panel for what a person asks, about an operation or about nothing of ours; its calls stand in the log beside the engine's. @throws AppError panel_unavailable when none is connected */
export async function openPanelForPerson(call: Call, about: Pick<CallScope, 'operationId' | 'serverId' | 'attempt'> = NOBODYS): Promise<EnginePanel> {
  return openPanel(await requirePanel(call), { engine: engineOf(call), ...about, requestId: call.requestId, options: PERSON_OPTIONS })
}
