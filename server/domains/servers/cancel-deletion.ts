import { SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import { judgeAction } from '#shared/lifecycle/servers.ts'
import type { Accepted } from '#shared/schemas/servers.ts'
import type { Call, Db } from '../../context.ts'
import { conflict } from '../../errors.ts'
import type { Operation } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { notify } from '../notifications/notify.ts'
import { toAccepted } from './accepted.ts'
import { lockServer } from './change-server.ts'
import { loadServer } from './load-server.ts'
import type { LoadedServer } from './load-servers.ts'

/**
 * Calls off a deletion that is not due yet. Nothing was sent for it, so nothing has to be undone.
 * @throws AppError not_found, conflict when none is scheduled, or it has just become due
 */
export async function cancelDeletion(call: Call, serverId: string): Promise<Accepted> {
  const operation = await call.db.$transaction(async (tx) => {
    await lockServer(tx, call, serverId)
    const server = await loadServer(call, serverId, tx)
    const verdict = judgeAction({ ...server, operation: null }, 'cancel-deletion')
    if (!verdict.allowed) throw conflict(verdict.reason, 'server_state_conflict')

    const cancelled = await cancelScheduled(tx, call, serverId)
    await tx.server.update({ where: { id: serverId }, data: { deletionRequestedAt: null, deletionDueAt: null, version: { increment: 1 } }, select: { id: true } })
    await recordAudit(tx, call, {
      action: 'server.deletion_cancelled', entity: 'server', entityId: serverId, entityName: server.name,
      before: { dueAt: server.deletion?.dueAt }, after: { reference: server.reference, operationId: cancelled.id },
    })
    await tellEverybody(tx, call, server, cancelled)
    return cancelled
  })
  return toAccepted(call, { operation, server: await loadServer(call, serverId) })
}

/** Only while it waits: once its moment has come the worker takes it to its next step, and then this changes no row. */
async function cancelScheduled(tx: Db, call: Call, serverId: string): Promise<Operation> {
  const [cancelled] = await tx.operation.updateManyAndReturn({
    where: { serverId, kind: 'delete', step: SCHEDULED_STEP, state: { in: ['queued', 'waiting'] } },
    data: { state: 'cancelled', finishedAt: call.now(), nextAttemptAt: null, version: { increment: 1 } },
  })
  if (!cancelled) throw conflict('The deletion has begun a moment ago and can\'t be called off any more.', 'deletion_begun')
  await tx.operationEvent.create({
    data: { operationId: cancelled.id, state: cancelled.state, step: cancelled.step, code: 'cancelled_by_person', actorId: call.user.id }, select: { id: true },
  })
  return cancelled
}

async function tellEverybody(tx: Db, call: Call, server: LoadedServer, operation: Operation): Promise<void> {
  const audience = { admins: true, userId: server.customerId }
  await call.events.publish(tx, { type: 'operation', operationId: operation.id, serverId: server.id }, audience)
  await call.events.publish(tx, { type: 'server', serverId: server.id }, audience)
  const notice = {
    level: 'info' as const, code: 'deletion_cancelled', params: { serverName: server.name, reference: server.reference }, dedupeKey: `deletion_cancelled:${operation.id}`,
  }
  await notify(tx, call, { ...notice, to: 'admins', link: `/admin/servers/${server.id}` })
  await notify(tx, call, { ...notice, to: { userId: server.customerId }, link: `/servers/${server.id}` })
}
