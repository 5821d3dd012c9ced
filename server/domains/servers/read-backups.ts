import type { DeletionPreview } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { callPanel, type CallScope } from '../../engine/call-panel.ts'
import { classifyFailure, type Failure } from '../../engine/classify-failure.ts'
import { engineOf } from '../../engine/engine-of.ts'
import type { VirtFusionBackup } from '../../virtfusion/schemas/extras.ts'

/** Somebody stands in front of an open dialog: an answer that takes longer is as good as none. */
const PATIENCE_MS = 4_000

/** The backups that the panel keeps of a server of its, or why nobody knows. `serverId` is our row's, where there is one. */
export async function readBackups(call: Call, { serverId, virtfusionServerId }: { serverId: string | null, virtfusionServerId: number }): Promise<DeletionPreview['backups']> {
  const client = await call.panel.client()
  if (!client) return { known: false, reason: 'No panel is connected.' }
  const { listByServer } = client.backups
  const scope: CallScope = { engine: engineOf(call), operationId: null, serverId, attempt: 1, requestId: call.requestId, options: { timeoutMs: PATIENCE_MS, retries: 0, lane: 'person' } }
  const answer = await callPanel(scope, {
    describe: () => listByServer.request(virtfusionServerId),
    send: (options) => listByServer(virtfusionServerId, options),
  })
  if (!answer.ok) return { known: false, reason: REASONS[classifyFailure(answer.error)] }
  return { known: true, items: answer.value.filter(({ deleting }) => deleting !== true).map(toBackup) }
}

const SILENT = 'The panel did not answer just now.'
const REASONS: Record<Failure, string> = {
  absent: 'The panel no longer has this server.',
  unauthorized: 'The panel refuses the API token.',
  forbidden: 'The API token may not read backups.',
  busy: SILENT,
  unavailable: SILENT,
  refused: 'The panel does not tell.',
}

function toBackup({ id, created, complete, storage }: VirtFusionBackup) {
  return { id, createdAt: created, isComplete: complete === true, storage: storage?.name ?? null }
}
