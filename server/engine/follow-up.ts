import type { OperationKind } from '#shared/lifecycle/operations.ts'
import type { Db, Services } from '../context.ts'
import { notify } from '../domains/notifications/notify.ts'
import type { Operation, Prisma } from '../generated/prisma/client.ts'
import { memoryOf, type Subject } from './run.ts'

interface Turn { before: Pick<Operation, 'state'>, operation: Operation, server: Subject }

/** What the end of an operation, or its need of a person, means for the server's row and for whoever has to be told. */
export async function followUp(tx: Db, services: Services, { operation, server }: Turn): Promise<void> {
  const patch = patchFor(operation, server)
  if (patch) {
    await tx.server.update({ where: { id: server.id }, data: { ...patch, version: { increment: 1 } }, select: { id: true } })
    await services.events.publish(tx, { type: 'server', serverId: server.id }, { admins: true, userId: server.customerId })
  }
  for (const notice of noticesFor(operation, server)) await notify(tx, services, notice)
}

/** Server columns that follow from how an operation ended without success. Success writes its own. */
function patchFor(operation: Operation, server: Subject): Prisma.ServerUpdateInput | null {
  if (operation.state !== 'failed' && operation.state !== 'cancelled') return null
  switch (operation.kind) {
    case 'create': return server.lifecycle === 'provisioning' ? { lifecycle: 'failed' } : null
    case 'suspend':
    case 'unsuspend': return { desiredSuspended: server.suspendedAt !== null }
    // Accepted deletions go on at the panel whatever we think of them; one that was not sent leaves the server as it was.
    case 'delete': return memoryOf(operation)['acceptedAt'] === undefined ? { deletionDueAt: null, deletionRequestedAt: null, ...lifecycleBefore(operation, server) } : null
    default: return null
  }
}

function lifecycleBefore(operation: Operation, server: Subject): Prisma.ServerUpdateInput {
  if (server.lifecycle !== 'deleting') return {}
  const wasFailed = server.virtfusionServerId === null || memoryOf(operation)['lifecycleBefore'] === 'failed'
  return { lifecycle: wasFailed ? 'failed' : 'active' }
}

type Notice = Parameters<typeof notify>[2]

const SUCCESS: Partial<Record<OperationKind, { code: string, level: 'success' | 'warning' | 'info', toAdmins: boolean }>> = {
  create: { code: 'server_ready', level: 'success', toAdmins: false },
  suspend: { code: 'server_suspended', level: 'warning', toAdmins: false },
  unsuspend: { code: 'server_unsuspended', level: 'success', toAdmins: false },
  delete: { code: 'server_deleted', level: 'info', toAdmins: true },
}

function noticesFor(operation: Operation, server: Subject): Notice[] {
  const params = { serverName: server.name, reference: server.reference, kind: operation.kind }
  const about = (code: string) => ({ code, params, dedupeKey: `${code}:${operation.id}:${operation.attempt}:${operation.version}` })
  const admins = (code: string): Notice => ({ ...about(code), to: 'admins', level: 'error', link: `/admin/operations/${operation.id}` })
  if (operation.state === 'needs_attention') return [admins(operation.kind === 'create' ? 'provisioning_needs_attention' : 'operation_needs_attention')]
  if (operation.state === 'failed') return [admins(operation.kind === 'create' ? 'provisioning_failed' : 'operation_failed')]
  const success = operation.state === 'succeeded' ? SUCCESS[operation.kind] : undefined
  if (!success) return []
  const told: Notice = { ...about(success.code), level: success.level, to: { userId: server.customerId }, link: `/servers/${server.id}`, params: { ...params, ...reasonOf(operation) } }
  return success.toAdmins ? [told, { ...told, to: 'admins', link: `/admin/servers/${server.id}` }] : [told]
}

function reasonOf(operation: Operation): { reason?: string } {
  const { input } = operation
  const reason = typeof input === 'object' && input !== null && !Array.isArray(input) ? input['reason'] : null
  return typeof reason === 'string' && reason !== '' ? { reason } : {}
}
