import { SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { Db, Services } from '../../context.ts'
import { recordAudit } from '../../domains/audit/record-audit.ts'
import { notify } from '../../domains/notifications/notify.ts'
import { askOperation } from '../../domains/operations/ask-operation.ts'
import { announceBlockedOwner } from '../../domains/operations/announce-blocked-owner.ts'
import { Prisma, type Operation } from '../../generated/prisma/client.ts'
import { DISABLED_CUSTOMER } from '../../messages/en/causes.ts'
import { storeObservationPatch, storeVanished } from '../observe-server.ts'
import { callNextInLine, findOwnerHolder } from '../owner-lock.ts'
import { enqueue } from '../queue.ts'
import type { Subject } from '../run.ts'
import type { BoundRemote, Write } from '../writes.ts'
import { appendEvent } from './append-event.ts'
import { beginAttempt, completeAttempt, completeLostAttempts, insertCalls } from './attempts.ts'
import { inTransaction } from './sql.ts'

interface About { operation: Operation, server: Pick<Subject, 'id' | 'customerId' | 'name' | 'reference'> }

/** Writes one thing that an engine's step asked for, in the transaction given. @throws SafeModeError */
export async function applyWrite(tx: Db, services: Services, about: About, write: Write): Promise<void> {
  const { operation, server } = about
  switch (write.type) {
    case 'server': return patchServer(tx, services, server, write)
    case 'attempt-begun': return beginAttempt(inTransaction(tx), write.attempt, null)
    case 'attempt-completed': return completeAttempt(inTransaction(tx), write.id, write.ending)
    case 'attempts-lost': return void await completeLostAttempts(inTransaction(tx), operation.id, write.action)
    case 'call-made': return void await inTransaction(tx)(insertCalls([write.call]))
    case 'seen': return storeObservationPatch(inTransaction(tx), server, write.patch)
    case 'bound': return bind(tx, services, about, write.remote)
    case 'vanished': return storeVanished(tx, services, server, write.since)
    case 'scheduled-deletion-cancelled': return cancelScheduledDeletion(tx, services, server.id)
    case 'suspend-for-disabled': return suspendForDisabled(tx, services, server.id)
    case 'look-again': return lookAgain(tx, services, server.id, write.afterMs)
    case 'await-owner': return awaitOwner(tx, services, write.ownerId)
    case 'escrow-made': return keepEscrowUser(tx, operation, write)
    case 'escrow-gone': return void await tx.escrowUser.updateMany({ where: { relation: write.relation, goneAt: null }, data: { goneAt: services.now() } })
    case 'audit': return recordAudit(tx, services, { action: write.action, entity: 'operation', entityId: operation.id, entityName: server.name, after: write.after })
    case 'notice': return notify(tx, services, write.notice)
  }
}

async function patchServer(tx: Db, { events }: Services, server: About['server'], { patch, onlyIn }: Extract<Write, { type: 'server' }>): Promise<void> {
  await tx.server.updateMany({
    where: { id: server.id, ...(onlyIn ? { lifecycle: { in: [...onlyIn] } } : {}) },
    data: { ...patch, version: { increment: 1 } },
  })
  await events.publish(tx, { type: 'server', serverId: server.id }, { admins: true, userId: server.customerId })
}

/**
 * Repeating changes nothing, the owner in particular: the server may have been handed over since. A row that is bound to another server is
 * left alone, and the panel then has a server too many.
 */
async function bind(tx: Db, services: Services, about: About, remote: BoundRemote): Promise<void> {
  const { server } = about
  const { id, uuid, ownerId, isInEscrow, observation } = remote
  const { count } = await tx.server.updateMany({
    where: { id: server.id, virtfusionServerId: null },
    data: { virtfusionServerId: id, virtfusionUuid: uuid, virtfusionOwnerId: isInEscrow ? null : ownerId, version: { increment: 1 } },
  })
  const isBound = count > 0 || await tx.server.count({ where: { id: server.id, virtfusionServerId: id, virtfusionUuid: uuid } }) > 0
  return isBound ? storeObservationPatch(inTransaction(tx), server, observation) : noteOrphan(tx, services, about, remote)
}

/** Found again after a lost answer, it is the same one. */
async function keepEscrowUser(tx: Db, { id: operationId }: Operation, { relation, virtfusionUserId }: Extract<Write, { type: 'escrow-made' }>): Promise<void> {
  await tx.escrowUser.upsert({ where: { relation }, create: { relation, virtfusionUserId, operationId }, update: { virtfusionUserId, goneAt: null }, select: { relation: true } })
}

/**
 * The answer to an attempt came after a person had said that it never happened, and another attempt has filled the row. It costs
 * money, so it stands in the timeline, in the list of orphans and in front of the admins.
 */
async function noteOrphan(tx: Db, services: Services, { operation, server }: About, { id, uuid, ownerId, observation }: BoundRemote): Promise<void> {
  services.log.error({ operationId: operation.id, serverId: server.id, virtfusionServerId: id, virtfusionUuid: uuid }, 'the panel has a server too many')
  await tx.orphan.createMany({
    data: [{
      virtfusionServerId: id, virtfusionUuid: uuid, virtfusionOwnerId: ownerId, name: observation.observation.name, operationId: operation.id,
      observation: { ...observation.observation } satisfies Prisma.InputJsonObject,
    }],
    skipDuplicates: true,
  })
  await appendEvent(tx, server.id, { operationId: operation.id, state: operation.state, step: operation.step, code: 'orphan_made', params: { virtfusionServerId: id }, actorId: null })
  await notify(tx, services, {
    to: 'admins', level: 'error', code: 'orphan_found', params: { serverName: server.name, reference: server.reference, virtfusionServerId: id },
    link: `/admin/operations/${operation.id}`, dedupeKey: `orphan_found:${uuid}`,
  })
}

async function cancelScheduledDeletion(tx: Db, { now }: Services, serverId: string): Promise<void> {
  const scheduled = await tx.operation.findMany({ where: { serverId, step: SCHEDULED_STEP, state: { in: ['queued', 'waiting'] } }, select: { id: true } })
  for (const { id } of scheduled) {
    const { count } = await tx.operation.updateMany({
      where: { id, state: { in: ['queued', 'waiting'] } }, data: { state: 'cancelled', finishedAt: now(), nextAttemptAt: null, diagnosis: Prisma.DbNull, version: { increment: 1 } },
    })
    if (count > 0) await appendEvent(tx, serverId, { operationId: id, state: 'cancelled', step: SCHEDULED_STEP, code: 'deleted_before_due', params: {}, actorId: null })
  }
}

/** Whoever has the owner may have let go a moment ago; if not, whoever has to decide about it hears that one more waits. */
async function awaitOwner(tx: Db, services: Services, ownerId: number): Promise<void> {
  await callNextInLine(inTransaction(tx), ownerId)
  const holder = await findOwnerHolder(inTransaction(tx), ownerId)
  if (holder) await announceBlockedOwner(tx, services, { ownerId, operationId: holder.operationId })
}

async function suspendForDisabled(tx: Db, services: Services, serverId: string): Promise<void> {
  const { operation } = await askOperation(tx, services, { serverId, kind: 'suspend', input: { reason: DISABLED_CUSTOMER }, idempotencyKey: null, cause: 'customer_disabled' })
  await tx.server.update({ where: { id: serverId }, data: { desiredSuspended: true, version: { increment: 1 } }, select: { id: true } })
  await appendEvent(tx, serverId, { operationId: operation.id, state: operation.state, step: operation.step, code: 'customer_disabled', params: {}, actorId: null })
}

async function lookAgain(tx: Db, services: Pick<Services, 'now'>, serverId: string, afterMs: readonly number[]): Promise<void> {
  for (const ms of afterMs) await enqueue(tx, 'server.observe', { serverId }, { key: `observe:${serverId}:${ms}`, runAt: new Date(services.now().getTime() + ms) })
}
