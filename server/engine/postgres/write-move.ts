import { canTransition, OPERATION_STATES } from '#shared/lifecycle/operations.ts'
import type { Db, Services } from '../../context.ts'
import { announceBlockedOwner } from '../../domains/operations/announce-blocked-owner.ts'
import { Prisma, type Operation } from '../../generated/prisma/client.ts'
import { LeaseLostError, type Move } from '../ports.ts'
import { scheduleOperation } from '../schedule-operation.ts'
import type { Subject } from '../run.ts'
import { applyWrite } from './apply-write.ts'
import { chainEvents } from '../event-chain.ts'
import { freeOwner, lockOwner } from '../owner-lock.ts'

/**
 * Writes one transition whole, in the transaction given: the row (only while the lease is held), its events, everything that stands or
 * falls with it, the next job and the hints to open tabs.
 * @throws LeaseLostError when somebody else has the operation, SafeModeError; then nothing of it stands
 */
export async function writeMove(tx: Db, services: Services, { lease, before, server, transition, writes, freesOwner, isOrderly }: Move): Promise<Operation> {
  const frees = before.ownerLock !== null && (transition.isFinal || freesOwner)
  const owner = frees ? before.ownerLock : writes.find((write) => write.type === 'await-owner')?.ownerId ?? null
  if (owner !== null) await lockOwner(tx, owner)
  await lockServer(tx, server.id)
  const previousHash = await readEventHash(tx, before.id)
  const events = chainEvents(previousHash, transition.events.map(({ code, params }) => ({ operationId: before.id, state: transition.state, step: transition.step, code, params: params ?? {}, actorId: null })))
  const isDone = transition.state === 'succeeded'
  const [operation] = await tx.operation.updateManyAndReturn({
    where: { id: lease.operationId, leaseToken: lease.token, state: { in: OPERATION_STATES.filter((from) => canTransition(from, transition.state)) } },
    data: {
      state: transition.state,
      step: transition.step,
      attempt: transition.attempt,
      progress: transition.progress,
      nextAttemptAt: transition.nextAttemptAt,
      diagnosis: transition.diagnosis ? { ...transition.diagnosis } satisfies Prisma.InputJsonObject : Prisma.DbNull,
      memory: transition.memory as Prisma.InputJsonObject,
      eventHash: events.at(-1)?.hash ?? previousHash,
      ...(isOrderly ? { claims: 0 } : {}),
      ...(isDone && transition.result ? { result: transition.result } : {}),
      ...(transition.isFinal ? { finishedAt: services.now() } : {}),
      ...(transition.goesOn ? {} : { leaseExpiresAt: null }),
      ...(frees ? { ownerLock: null } : {}),
      version: { increment: 1 },
    },
  })
  if (!operation) throw new LeaseLostError(`lease of ${lease.operationId} lost`)

  if (events.length > 0) await tx.operationEvent.createMany({ data: events })
  if (transition.nextAttemptAt) await scheduleOperation(tx, operation.id, transition.nextAttemptAt)
  for (const write of writes) await applyWrite(tx, services, { operation, server }, write)
  if (frees) await freeOwner(tx, before.ownerLock)
  if (transition.state === 'needs_attention' && operation.ownerLock !== null) await announceBlockedOwner(tx, services, { ownerId: operation.ownerLock, operationId: operation.id })
  if (transition.events.length > 0 || (before.diagnosis === null) !== (transition.diagnosis === null)) await publishOperation(tx, services, operation, server.customerId)
  return operation
}

/** What is certain, whoever holds the operation by now; whoever waits for a decision about it looks again. */
export async function writeFacts(tx: Db, services: Services, { operation, server, facts }: { operation: Operation, server: Subject, facts: Move['writes'] }): Promise<void> {
  await lockServer(tx, server.id)
  for (const fact of facts) await applyWrite(tx, services, { operation, server }, fact)
  const { count } = await tx.operation.updateMany({ where: { id: operation.id, state: 'needs_attention', step: 'settle' }, data: { state: 'queued', nextAttemptAt: null, diagnosis: Prisma.DbNull } })
  if (count > 0) await scheduleOperation(tx, operation.id)
}

/** Everybody who writes a server together with its operations takes the server's row first: two orders of taking would wait for each other. */
export async function lockServer(tx: Db, serverId: string): Promise<void> {
  await tx.$queryRaw`select id from servers where id = ${serverId}::uuid for update`
}

/** Stable while the server's row is locked. */
async function readEventHash(tx: Db, operationId: string): Promise<string | null> {
  const { eventHash } = await tx.operation.findUniqueOrThrow({ where: { id: operationId }, select: { eventHash: true } })
  return eventHash
}

/** Tells open tabs that an operation, and with it its server, reads differently now. */
export async function publishOperation(db: Db, { events }: Pick<Services, 'events'>, operation: Pick<Operation, 'id' | 'serverId'>, customerId: string): Promise<void> {
  await events.publish(db, { type: 'operation', operationId: operation.id, serverId: operation.serverId }, { admins: true, userId: customerId })
}
