import type { Call } from '../../context.ts'
import type { EnginePanel } from '../../engine/panel-port.ts'
import { openPanelForPerson } from '../panel/open-panel-for-person.ts'
import type { LoadedOperation } from './load-operation.ts'

/** The panel for what a person asks about one operation. @throws AppError panel_unavailable when none is connected */
export function openPanelFor(call: Call, { id, serverId, attempt }: LoadedOperation): Promise<EnginePanel> {
  return openPanelForPerson(call, { operationId: id, serverId, attempt: attempt + 1 })
}
