import type { DeletionPreview } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { callPanel, type CallScope } from '../../engine/call-panel.ts'
import { classifyFailure, type Failure } from '../../engine/classify-failure.ts'
import { engineOf } from '../../engine/engine-of.ts'
import type { VirtFusionBackup } from '../../virtfusion/schemas/extras.ts'
import { loadServer } from './load-server.ts'

/** Somebody stands in front of an open dialog: an answer that takes longer is as good as none. */
const PATIENCE_MS = 4_000

/** What else goes when this server is deleted: its addresses by our record, its backups as the panel tells them now. @throws AppError not_found */
export async function previewDeletion(call: Call, serverId: string): Promise<DeletionPreview> {
  const server = await loadServer(call, serverId)
  const row = await call.db.server.findUniqueOrThrow({ where: { id: serverId }, select: { observation: true } })
  return {
    ipv4: server.ipv4,
    ipv6: server.ipv6,
    storageGb: server.storageGb,
    backups: server.virtfusionServerId === null ? { known: true, items: [] } : await readBackups(call, serverId, server.virtfusionServerId),
    isProtectedAtPanel: readProtected(row.observation),
  }
}

async function readBackups(call: Call, serverId: string, virtfusionServerId: number): Promise<DeletionPreview['backups']> {
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

function readProtected(observation: unknown): boolean | null {
  if (typeof observation !== 'object' || observation === null || !('protected' in observation)) return null
  return typeof observation.protected === 'boolean' ? observation.protected : null
}
