import { judgeCancel, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { OperationDetail } from '#shared/schemas/operations.ts'
import type { Call, Db } from '../../context.ts'
import { readChangeMemory } from '../../engine/change-memory.ts'
import { isAboutSuspension } from '../../engine/former-wish.ts'
import { HELD } from '../../engine/harm/held-operations.ts'
import { lockServer } from '../../engine/postgres/write-move.ts'
import { conflict } from '../../errors.ts'
import { notify } from '../notifications/notify.ts'
import { handBackOrphan, ORPHAN_CAUSE } from '../orphans/hand-back-orphan.ts'
import { changeOperation, writeChange } from './change-operation.ts'
import { getOperation } from './get-operation.ts'
import { loadOperation, readFacts, type LoadedOperation } from './load-operation.ts'
import { takeNameBack } from './take-name-back.ts'
import { takeWishBack } from './take-wish-back.ts'

/**
 * Calls an operation off: nothing was asked of the panel yet, or it stands in front of somebody, who gives it up. The timeline keeps the key of a
 * request that has one, and the audit log the reason. @throws AppError not_found, conflict with the reason
 */
export async function cancelOperation(call: Call, id: string, idempotencyKey: string | null = null, reason?: string): Promise<OperationDetail> {
  const operation = await loadOperation(call.db, id)
  const verdict = judgeCancel(await readFacts(call.db, operation))
  if (!verdict.allowed) throw conflict(verdict.reason, 'operation_state_conflict')
  // A worker that holds it may be sending at this moment.
  if (operation.leaseExpiresAt && operation.leaseExpiresAt > call.now()) throw conflict('It is being worked on right now.', 'operation_state_conflict')
  await changeOperation(call, operation, { ...calledOff(call, operation, reason), idempotencyKey })
  return getOperation(call, id)
}

/**
 * Calls off what the breaker on mass harm holds, also while a worker has it: its rows are locked first, so that no call is written down after it
 * was looked whether one was, and then its lease is gone. False when it is not held any more. @throws AppError conflict with the reason
 */
export async function cancelHeldOperation(call: Call, { id, serverId }: { id: string, serverId: string }): Promise<boolean> {
  return call.db.$transaction(async (tx) => {
    await lockServer(tx, serverId)
    await tx.$queryRaw`select id from operations where id = ${id}::uuid for update`
    if (await tx.operation.count({ where: { ...HELD, id } }) === 0) return false
    const operation = await loadOperation(tx, id)
    // A suspension whose lost answer came to nothing, as a read has shown, is held before it is sent again: nothing stands against calling it off.
    const facts = await readFacts(tx, operation, { sinceLastLook: true })
    const verdict = judgeCancel(facts.state === 'running' ? { ...facts, state: 'waiting' } : facts)
    if (!verdict.allowed) throw conflict(verdict.reason, 'operation_state_conflict')
    await writeChange(tx, call, operation, calledOff(call, operation))
    return true
  })
}

function calledOff(call: Call, operation: LoadedOperation, reason?: string): Parameters<typeof changeOperation>[2] {
  return {
    state: 'cancelled', event: { code: 'cancelled_by_person' }, audit: { action: 'operation.cancelled', after: { reason } },
    also: (tx) => takeBack(tx, call, operation),
  }
}

/** The server reads again as before the operation was asked for. */
async function takeBack(tx: Db, call: Call, operation: LoadedOperation): Promise<void> {
  const { kind, server } = operation
  const version = { increment: 1 }
  if (kind === 'delete' && operation.cause === ORPHAN_CAUSE) return takeBackOrphan(tx, call, operation)
  if (kind === 'create') await tx.server.updateMany({ where: { id: server.id, lifecycle: 'provisioning' }, data: { lifecycle: 'failed', version } })
  if (isAboutSuspension(kind)) await takeWishBack(tx, operation)
  if (kind === 'rename') await takeNameBack(tx, operation)
  if (kind !== 'delete') return
  const { lifecycleBefore: before = 'active' } = readChangeMemory(operation)
  const lifecycle = server.virtfusionServerId === null ? 'failed' : before === 'deleting' ? 'active' : before
  await tx.server.updateMany({ where: { id: server.id }, data: { deletionDueAt: null, deletionRequestedAt: null, version } })
  await tx.server.updateMany({ where: { id: server.id, lifecycle: 'deleting' }, data: { lifecycle } })
  if (operation.step === SCHEDULED_STEP) await announce(tx, call, operation)
}

async function takeBackOrphan(tx: Db, call: Call, operation: LoadedOperation): Promise<void> {
  await handBackOrphan(tx, call, operation.server.id)
  if (operation.step === SCHEDULED_STEP) await announce(tx, call, operation)
}

async function announce(tx: Db, call: Call, { id, server }: LoadedOperation): Promise<void> {
  const notice = {
    level: 'info' as const, code: 'deletion_cancelled', params: { serverName: server.name, reference: server.reference }, dedupeKey: `deletion_cancelled:${id}`,
  }
  await notify(tx, call, { ...notice, to: 'admins', link: `/admin/servers/${server.id}` })
  await notify(tx, call, { ...notice, to: { userId: server.customerId }, link: `/servers/${server.id}` })
}
