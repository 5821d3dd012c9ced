import { judgeRetry } from '#shared/lifecycle/operations.ts'
import type { AcceptedDecision } from '#shared/schemas/servers.ts'
import type { Call, Db } from '../../context.ts'
import { isAboutSuspension, keepWish } from '../../engine/former-wish.ts'
import { readSafeModeLeft } from '../../engine/identity/read-safe-mode.ts'
import { planRetry } from '../../engine/plan-retry.ts'
import { appendEvent } from '../../engine/postgres/append-event.ts'
import { memoryOf } from '../../engine/run.ts'
import { wakeOperation } from '../../engine/wake-operation.ts'
import { conflict } from '../../errors.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { changeOperation } from './change-operation.ts'
import { decideOnce, keyParams } from './decide-once.ts'
import { loadOperation, readFacts, type LoadedOperation } from './load-operation.ts'
import { judgeTriedSince } from './look-from-before.ts'
import { requireNothingSince } from './require-nothing-since.ts'

/**
 * Tries a failed operation again, at the step where it is safe to go on: a create whose server exists goes on with the installation and
 * never sends again, and what destroys data is only looked for. One that waits goes on at once. The same key again answers as the first time.
 * The audit log keeps the reason, where one is given. @throws AppError not_found, conflict, panel_unavailable
 */
export function retryOperation(call: Call, id: string, idempotencyKey: string | null = null, reason?: string): Promise<AcceptedDecision> {
  return decideOnce(call, { operationId: id, idempotencyKey, codes: ['retried_by_person', 'hurried_by_person'] }, () => retry(call, id, { idempotencyKey, reason }))
}

interface Asked { idempotencyKey: string | null, reason?: string | undefined }

async function retry(call: Call, id: string, asked: Asked): Promise<void> {
  const operation = await loadOperation(call.db, id)
  const verdict = judgeRetry(await readFacts(call.db, operation))
  if (!verdict.allowed) throw conflict(verdict.reason, 'operation_state_conflict')
  if (operation.server.lifecycle === 'deleted') throw conflict('This server is deleted.', 'server_state_conflict')
  if (operation.state === 'waiting') await hurry(call, operation, asked)
  else await beginAgain(call, operation, asked.idempotencyKey, asked.reason)
}

async function hurry(call: Call, operation: LoadedOperation, { idempotencyKey, reason }: Asked): Promise<void> {
  await call.db.$transaction(async (tx) => {
    await appendEvent(tx, operation.serverId, { operationId: operation.id, state: operation.state, step: operation.step, code: 'hurried_by_person', params: keyParams(idempotencyKey), actorId: call.user.id })
    await wakeOperation(tx, operation.id)
    await recordAudit(tx, call, { action: 'operation.retried', entity: 'operation', entityId: operation.id, entityName: operation.server.name, after: { kind: operation.kind, serverId: operation.serverId, reason } })
    await call.events.publish(tx, { type: 'operation', operationId: operation.id, serverId: operation.serverId }, { admins: true, userId: operation.server.customerId })
  })
}

/**
 * From the step where it is safe, as if nothing had stopped it. @throws AppError conflict when it moved on meanwhile, or may have its server
 * already; panel_unavailable when that can't be told
 */
export async function beginAgain(call: Call, operation: LoadedOperation, idempotencyKey: string | null, reason?: string): Promise<void> {
  if (await mayHaveBeenTriedSince(call, operation)) await requireNothingSince(call, operation, judgeTriedSince)
  const { step, memory } = planRetry({ kind: operation.kind, step: operation.step, memory: memoryOf(operation), isBound: operation.server.virtfusionServerId !== null })
  await changeOperation(call, operation, {
    state: 'queued', step, memory: { ...memory, ...keepWish(operation, operation.server), retriedAt: call.now().toISOString() } as Prisma.InputJsonObject, isFresh: true,
    idempotencyKey, event: { code: 'retried_by_person' }, audit: { action: 'operation.retried', after: { reason } },
    also: (tx) => restoreWish(tx, operation),
  })
}

/** An order that had failed before safe mode was left: in what was put back then, somebody may have tried it again. */
async function mayHaveBeenTriedSince({ db }: Call, { kind, state, finishedAt, server }: LoadedOperation): Promise<boolean> {
  if (kind !== 'create' || state !== 'failed' || server.virtfusionServerId !== null) return false
  const leftAt = await readSafeModeLeft(db)
  return leftAt !== null && finishedAt !== null && finishedAt < leftAt
}

/** The server reads again as what is being tried. */
async function restoreWish(tx: Db, { kind, server }: LoadedOperation): Promise<void> {
  if (kind === 'create' && server.lifecycle === 'failed') await tx.server.updateMany({ where: { id: server.id, lifecycle: 'failed' }, data: { lifecycle: 'provisioning', version: { increment: 1 } } })
  if (isAboutSuspension(kind)) await tx.server.updateMany({ where: { id: server.id }, data: { desiredSuspended: kind === 'suspend', version: { increment: 1 } } })
}
