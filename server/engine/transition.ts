import { canTransition, OPERATION_STATES } from '#shared/lifecycle/operations.ts'
import type { Db, Services } from '../context.ts'
import { Prisma, type Operation } from '../generated/prisma/client.ts'
import { followUp } from './follow-up.ts'
import { LeaseLostError, type Lease } from './lease.ts'
import type { Outcome } from './outcome.ts'
import { freeOwner } from './owner-lock.ts'
import { scheduleOperation } from './schedule-operation.ts'
import type { Subject } from './run.ts'
import type { Transition } from './decide-transition.ts'

interface Move { lease: Lease, before: Operation, server: Subject, transition: Transition, outcome: Outcome }

/**
 * Writes one transition whole, in the transaction given: the row (only while the lease is held), its events, what else the outcome
 * brings, the next job and the hints to open tabs.
 * @throws LeaseLostError when somebody else has the operation; then nothing of it stands
 */
export async function writeTransition(tx: Db, services: Services, { lease, before, server, transition, outcome }: Move): Promise<Operation> {
  await lockServer(tx, server.id)
  const frees = before.ownerLock !== null && (transition.isFinal || outcome.freesOwner === true)
  const isOrderly = !(outcome.type === 'wait' && outcome.isDefect === true)
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
      ...(isOrderly ? { claims: 0 } : {}),
      ...(outcome.type === 'done' && outcome.result ? { result: outcome.result } : {}),
      ...(transition.isFinal ? { finishedAt: services.now() } : {}),
      ...(transition.goesOn ? {} : { leaseExpiresAt: null }),
      ...(frees ? { ownerLock: null } : {}),
      version: { increment: 1 },
    },
  })
  if (!operation) throw new LeaseLostError(`lease of ${lease.operationId} lost`)

  if (transition.events.length > 0) {
    await tx.operationEvent.createMany({
      data: transition.events.map(({ code, params }) => ({ operationId: operation.id, state: operation.state, step: operation.step, code, params: params ?? {} })),
    })
  }
  if (transition.nextAttemptAt) await scheduleOperation(tx, operation.id, transition.nextAttemptAt)
  await outcome.fact?.(tx)
  await outcome.also?.(tx, operation)
  await followUp(tx, services, { before, operation, server })
  if (frees) await freeOwner(tx, before.ownerLock)
  if (transition.events.length > 0 || (before.diagnosis === null) !== (transition.diagnosis === null)) await publishOperation(tx, services, operation, server.customerId)
  return operation
}

/** Everybody who writes a server together with its operations takes the server's row first: two orders of taking would wait for each other. */
export async function lockServer(tx: Db, serverId: string): Promise<void> {
  await tx.$queryRaw`select id from servers where id = ${serverId}::uuid for update`
}

/** Tells open tabs that an operation, and with it its server, reads differently now. */
export async function publishOperation(db: Db, { events }: Pick<Services, 'events'>, operation: Pick<Operation, 'id' | 'serverId'>, customerId: string): Promise<void> {
  await events.publish(db, { type: 'operation', operationId: operation.id, serverId: operation.serverId }, { admins: true, userId: customerId })
}
