import type { OperationKind } from '#shared/lifecycle/operations.ts'
import type { Operation } from '../generated/prisma/client.ts'
import type { Transition } from './decide-transition.ts'
import { formerWish } from './former-wish.ts'
import { CREATE_PUT_OFF, memoryOf, type Subject } from './run.ts'
import type { EngineNotice, ServerPatch, Write } from './writes.ts'

interface Turn { operation: Operation, server: Subject, transition: Pick<Transition, 'state' | 'attempt' | 'memory' | 'diagnosis'> }

/** What the end of an operation, or its need of a person, means for the server's row and for whoever has to be told. Pure. */
export function followUp({ operation, server, transition }: Turn): Write[] {
  const { id, kind, cause, input, version } = operation
  const after: Ended = { id, kind, cause, input, state: transition.state, attempt: transition.attempt, memory: transition.memory, version: version + 1, diagnosisCode: transition.diagnosis?.code ?? null }
  const patch = patchFor(after, server)
  return [
    ...(patch ? [{ type: 'server' as const, patch }] : []),
    ...noticesFor(after, server).map((notice) => ({ type: 'notice' as const, notice })),
    ...(isForDisabled(after, server) ? [{ type: 'suspend-for-disabled' as const }] : []),
  ]
}

/** A server that was made although its customer was switched off meanwhile: what was sent can't be taken back, and what came of it is suspended. */
const isForDisabled = ({ kind, state }: Ended, { customer }: Subject) => kind === 'create' && state === 'succeeded' && customer.disabledAt !== null

type Ended = Pick<Operation, 'id' | 'kind' | 'cause' | 'state' | 'attempt' | 'memory' | 'version' | 'input'> & { diagnosisCode: string | null }

/** Server columns that follow from how an operation ended without success. Success writes its own. */
function patchFor(operation: Ended, server: Subject): ServerPatch | null {
  if (operation.state !== 'failed' && operation.state !== 'cancelled') return null
  switch (operation.kind) {
    case 'create': return server.lifecycle === 'provisioning' ? { lifecycle: 'failed' } : null
    case 'suspend':
    case 'unsuspend': return wishAfter(operation, server)
    // Accepted deletions go on at the panel whatever we think of them; one that was not sent leaves the server as it was.
    case 'delete': return memoryOf(operation)['acceptedAt'] === undefined ? { deletionDueAt: null, deletionRequestedAt: null, ...lifecycleBefore(operation, server) } : null
    case 'rename': return formerName(operation, server)
    default: return null
  }
}

function wishAfter(operation: Ended, server: Subject): ServerPatch | null {
  const desiredSuspended = formerWish(operation, server)
  return desiredSuspended === null ? null : { desiredSuspended }
}

/** Our row had the new name at once. One that the panel did not take is not ours either: the former one stands again, unless an earlier try may have brought the new one and no read has told. */
function formerName({ memory, input, attempt }: Ended, { name }: Subject): ServerPatch | null {
  const { nameBefore, acceptedAt, isUnknown, isBlind } = memoryOf({ memory })
  const isStillOurs = typeof input === 'object' && input !== null && !Array.isArray(input) && input['name'] === name
  return isStillOurs && typeof nameBefore === 'string' && acceptedAt === undefined && isUnknown !== true && !(isBlind === true && attempt > 0) ? { name: nameBefore } : null
}

function lifecycleBefore(operation: Ended, server: Subject): ServerPatch {
  if (server.lifecycle !== 'deleting') return {}
  const wasFailed = server.virtfusionServerId === null || memoryOf(operation)['lifecycleBefore'] === 'failed'
  return { lifecycle: wasFailed ? 'failed' : 'active' }
}

const SUCCESS: Partial<Record<OperationKind, { code: string, level: 'success' | 'warning' | 'info', toAdmins: boolean }>> = {
  create: { code: 'server_ready', level: 'success', toAdmins: false },
  suspend: { code: 'server_suspended', level: 'warning', toAdmins: false },
  unsuspend: { code: 'server_unsuspended', level: 'success', toAdmins: false },
  delete: { code: 'server_deleted', level: 'info', toAdmins: true },
}

function noticesFor(operation: Ended, server: Subject): EngineNotice[] {
  const params = { serverName: server.name, reference: server.reference, kind: operation.kind }
  const about = (code: string) => ({ code, params, dedupeKey: `${code}:${operation.id}:${operation.attempt}:${operation.version}` })
  const admins = (code: string): EngineNotice => ({ ...about(code), to: 'admins', level: 'error', link: `/admin/operations/${operation.id}` })
  if (operation.state === 'needs_attention') return [admins(operation.kind === 'create' && operation.diagnosisCode !== CREATE_PUT_OFF ? 'provisioning_needs_attention' : 'operation_needs_attention')]
  // A wish that nobody carried out in time is told to whoever asked, on the server's page; of an outage the admins have heard.
  if (operation.state === 'failed' && operation.diagnosisCode === 'wish_expired') return []
  if (operation.state === 'failed') return [admins(operation.kind === 'create' ? 'provisioning_failed' : 'operation_failed')]
  if (isForDisabled(operation, server)) {
    const { code, dedupeKey } = about('server_made_for_disabled')
    return [{ to: 'admins', level: 'warning', code, dedupeKey, params: { ...params, customer: server.customer.name }, link: `/admin/servers/${server.id}` }]
  }
  const success = operation.state === 'succeeded' ? SUCCESS[operation.kind] : undefined
  if (!success) return []
  const told: EngineNotice = { ...about(success.code), level: success.level, to: { userId: server.customerId }, link: `/servers/${server.id}`, params: { ...params, ...reasonOf(operation) } }
  return success.toAdmins ? [told, { ...told, to: 'admins', link: `/admin/servers/${server.id}` }] : [told]
}

function reasonOf({ input }: Ended): { reason?: string } {
  const reason = typeof input === 'object' && input !== null && !Array.isArray(input) ? input['reason'] : null
  return typeof reason === 'string' && reason !== '' ? { reason } : {}
}
