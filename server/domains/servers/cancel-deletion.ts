import { SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import { judgeCancelDeletion } from '#shared/lifecycle/servers.ts'
import type { Accepted } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { conflict } from '../../errors.ts'
import type { Operation } from '../../generated/prisma/client.ts'
import { cancelOperation } from '../operations/cancel-operation.ts'
import { toAccepted } from './accepted.ts'
import type { ChangeRequest } from './change-server.ts'
import { loadServer } from './load-server.ts'

/**
 * Calls off a deletion that is not due yet: cancels the operation that waits for its day. Nothing was sent for it, so nothing has to be
 * undone, and another operation that is under way does not stand against it. A request with a key that comes again after it was done
 * answers as the first time.
 * @throws AppError not_found, conflict when none is scheduled, or it has just become due
 */
export async function cancelDeletion(call: Call, { serverId, idempotencyKey }: ChangeRequest): Promise<Accepted> {
  const server = await loadServer(call, serverId)
  const cancelled = !server.deletion && idempotencyKey !== null ? await findCancelled(call, serverId) : null
  if (cancelled) return toAccepted(call, { operation: cancelled, server })
  const verdict = judgeCancelDeletion(server)
  if (!verdict.allowed) throw conflict(verdict.reason, 'server_state_conflict')
  const scheduled = await call.db.operation.findFirst({
    where: { serverId, kind: 'delete', step: SCHEDULED_STEP, state: { in: ['queued', 'waiting', 'needs_attention'] } }, select: { id: true },
  })
  if (!scheduled) throw conflict('The deletion has begun a moment ago and can\'t be called off any more.', 'deletion_begun')

  await cancelOperation(call, scheduled.id)
  const operation = await call.db.operation.findUniqueOrThrow({ where: { id: scheduled.id } })
  return toAccepted(call, { operation, server: await loadServer(call, serverId) })
}

/** The newest deletion, where that was called off. */
async function findCancelled(call: Call, serverId: string): Promise<Operation | null> {
  const newest = await call.db.operation.findFirst({ where: { serverId, kind: 'delete' }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] })
  return newest?.state === 'cancelled' ? newest : null
}
