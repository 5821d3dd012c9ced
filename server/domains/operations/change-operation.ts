import type { Call, Db } from '../../context.ts'
import { isTaken } from '../../db/database-errors.ts'
import { scheduleOperation } from '../../engine/schedule-operation.ts'
import type { Resolution } from '../../engine/create/resolution.ts'
import { callNextInLine, lockOwner } from '../../engine/owner-lock.ts'
import { appendEvent } from '../../engine/postgres/append-event.ts'
import { applyWrite } from '../../engine/postgres/apply-write.ts'
import { inTransaction } from '../../engine/postgres/sql.ts'
import { lockServer } from '../../engine/postgres/write-move.ts'
import { conflict } from '../../errors.ts'
import { Prisma, type Operation } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import type { AuditFields } from '../audit/rules.ts'
import { keyParams } from './decide-once.ts'
import type { LoadedOperation } from './load-operation.ts'

interface Change extends Resolution {
  /** Kept in the timeline, so that the same request again is known. */
  idempotencyKey?: string | null
  audit: { action: 'operation.retried' | 'operation.cancelled' | 'operation.superseded' | 'operation.resolved', after?: AuditFields }
  /** Further writes that must stand or fall with it. */
  also?(tx: Db): Promise<void>
}

/**
 * Writes what a person decided about an operation, over the very state that was judged, and takes the lease away from whoever holds it.
 * @throws AppError conflict when it moved on meanwhile, or when another operation holds the server
 */
export async function changeOperation(call: Call, operation: LoadedOperation, change: Change): Promise<Operation> {
  try {
    return await call.db.$transaction((tx) => writeChange(tx, call, operation, change))
  }
  catch (error) {
    if (isTaken(error)) throw conflict('Another operation is under way for this server. Wait until it is finished.', 'operation_active')
    throw error
  }
}

/** A deletion may have ended a moment ago: what goes on after it would make a server for a row that is gone. @throws AppError conflict */
async function requireServer(tx: Db, id: string): Promise<void> {
  const { lifecycle } = await tx.server.findUniqueOrThrow({ where: { id }, select: { lifecycle: true } })
  if (lifecycle === 'deleted') throw conflict('This server is deleted.', 'operation_state_conflict')
}

/** The same in a transaction of the caller's. @throws AppError conflict when it moved on meanwhile */
export async function writeChange(tx: Db, call: Call, operation: LoadedOperation, change: Change): Promise<Operation> {
  const isOver = change.state === 'cancelled'
  const frees = operation.ownerLock !== null && (isOver || change.freesOwner === true)
  if (frees && operation.ownerLock !== null) await lockOwner(inTransaction(tx), operation.ownerLock)
  await lockServer(tx, operation.serverId)
  if (!isOver) await requireServer(tx, operation.serverId)
  const [changed] = await tx.operation.updateManyAndReturn({
    where: { id: operation.id, version: operation.version, state: operation.state },
    data: {
      state: change.state,
      ...(change.step ? { step: change.step } : {}),
      ...(change.memory ? { memory: change.memory } : {}),
      // What an admin confirmed was this try, not another one days later.
      ...(change.isFresh ? { attempt: 0, harmApprovedAt: null, harmApprovedById: null } : {}),
      ...(frees ? { ownerLock: null } : {}),
      claims: 0,
      nextAttemptAt: null,
      diagnosis: Prisma.DbNull,
      finishedAt: isOver ? call.now() : null,
      ...(isOver ? { harmHeldAt: null } : {}),
      leaseToken: { increment: 1 },
      leaseExpiresAt: null,
      version: { increment: 1 },
    },
  })
  if (!changed) throw conflict('This operation moved on a moment ago. Look at it again.', 'operation_changed')
  await appendEvent(tx, operation.serverId, { operationId: changed.id, state: changed.state, step: changed.step, code: change.event.code, params: { ...change.event.params, ...keyParams(change.idempotencyKey ?? null) }, actorId: call.user.id })
  for (const entry of [...change.writes ?? [], ...(isOver ? [{ type: 'attempts-lost' as const }] : [])]) await applyWrite(tx, call, { operation: changed, server: operation.server }, entry)
  await change.also?.(tx)
  if (frees && operation.ownerLock !== null) await callNextInLine(inTransaction(tx), operation.ownerLock)
  if (!isOver) await scheduleOperation(tx, changed.id)
  const { server } = operation
  await recordAudit(tx, call, {
    action: change.audit.action, entity: 'operation', entityId: operation.id, entityName: server.name,
    before: { state: operation.state, step: operation.step },
    after: { kind: operation.kind, serverId: server.id, reference: server.reference, state: changed.state, step: changed.step, ...change.audit.after },
  })
  const audience = { admins: true, userId: server.customerId }
  await call.events.publish(tx, { type: 'operation', operationId: changed.id, serverId: server.id }, audience)
  await call.events.publish(tx, { type: 'server', serverId: server.id }, audience)
  return changed
}
