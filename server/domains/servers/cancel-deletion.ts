import { SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import { judgeCancelDeletion } from '#shared/lifecycle/servers.ts'
import type { Accepted } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { AppError, conflict } from '../../errors.ts'
import type { Operation } from '../../generated/prisma/client.ts'
import { cancelOperation } from '../operations/cancel-operation.ts'
import { keyReused } from '../operations/key-reused.ts'
import { toAccepted } from './accepted.ts'
import type { ChangeRequest } from './change-server.ts'
import { loadServer } from './load-server.ts'

/**
 * Calls off a deletion that is not due yet: cancels the operation that waits for its day. Nothing was sent for it, so nothing has to be
 * undone, and another operation that is under way does not stand against it. The same key again answers with the deletion that it called off,
 * and touches none that came after it.
 * @throws AppError not_found, conflict when none is scheduled, or it has just become due
 */
export async function cancelDeletion(call: Call, request: ChangeRequest): Promise<Accepted> {
  const operation = await findCancelled(call, request) ?? await callOff(call, request).catch(async (error: unknown) => {
    // The same request may have been a moment earlier.
    const cancelled = error instanceof AppError && error.code === 'conflict' ? await findCancelled(call, request) : null
    if (!cancelled) throw error
    return cancelled
  })
  return toAccepted(call, { operation, server: await loadServer(call, request.serverId) })
}

async function callOff(call: Call, { serverId, idempotencyKey }: ChangeRequest): Promise<Operation> {
  const verdict = judgeCancelDeletion(await loadServer(call, serverId))
  if (!verdict.allowed) throw conflict(verdict.reason, 'server_state_conflict')
  const scheduled = await call.db.operation.findFirst({
    where: { serverId, kind: 'delete', step: SCHEDULED_STEP, state: { in: ['queued', 'waiting', 'needs_attention'] } }, select: { id: true },
  })
  if (!scheduled) throw conflict('The deletion has begun a moment ago and can\'t be called off any more.', 'deletion_begun')
  await cancelOperation(call, scheduled.id, idempotencyKey)
  return call.db.operation.findUniqueOrThrow({ where: { id: scheduled.id } })
}

/** The deletion that this person's request has called off already: its timeline keeps the key. @throws AppError conflict `idempotency_key_reused` */
async function findCancelled({ db, user }: Call, { serverId, idempotencyKey }: ChangeRequest): Promise<Operation | null> {
  if (idempotencyKey === null) return null
  const event = await db.operationEvent.findFirst({
    where: { operation: { serverId, kind: 'delete' }, actorId: user.id, params: { path: ['idempotencyKey'], equals: idempotencyKey } },
    select: { code: true, operation: true },
  })
  if (!event) return null
  if (event.code !== 'cancelled_by_person') throw keyReused()
  return event.operation
}
