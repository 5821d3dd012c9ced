import type { Db, Services } from '../../context.ts'
import { announceBlockedOwner } from '../../domains/operations/announce-blocked-owner.ts'
import { Prisma, type Operation } from '../../generated/prisma/client.ts'
import { freeOwner, lockOwner } from '../owner-lock.ts'
import { LeaseLostError, type Move, type Standing } from '../ports.ts'
import { scheduleOperation } from '../schedule-operation.ts'
import type { Subject } from '../run.ts'
import { applyWrite } from './apply-write.ts'
import { refuseInSafeMode } from './attempts.ts'
import { inTransaction, onPool, type Execute } from './sql.ts'
import { readStanding, toStanding } from './standing.ts'
import { sortWrites, transitionStatement } from './transition-statement.ts'

/** Other workers may hold the rows for a while. */
const PATIENT = { maxWait: 10_000, timeout: 15_000 }

/**
 * Writes one transition whole: one statement where it stands alone, else a transaction with everything that stands or falls with it.
 * @throws LeaseLostError when somebody else has the operation, SafeModeError; then nothing of it stands
 */
export async function writeMove(services: Services, move: Move): Promise<Standing> {
  const { before, server, transition, writes, freesOwner } = move
  const frees = before.ownerLock !== null && (transition.isFinal || freesOwner)
  const { carried, others } = sortWrites(writes)
  const around = { carried, frees, now: services.now() }
  const announces = !frees && transition.state === 'needs_attention' && before.ownerLock !== null
  if (!frees && !announces && others.length === 0) return carryOut(onPool(services.database.pool), move, around)

  const owner = frees ? before.ownerLock : others.find((write) => write.type === 'await-owner')?.ownerId ?? null
  return services.db.$transaction(async (tx) => {
    if (owner !== null) await lockOwner(tx, owner)
    const execute = inTransaction(tx)
    const { operation } = await carryOut(execute, move, around)
    for (const write of others) await applyWrite(tx, services, { operation, server }, write)
    if (frees) await freeOwner(tx, before.ownerLock)
    if (announces && before.ownerLock !== null) await announceBlockedOwner(tx, services, { ownerId: before.ownerLock, operationId: operation.id })
    return readStanding(execute, operation.id)
  }, PATIENT)
}

/** Runs the statement; where another line of the timeline came first, once more over that one. */
async function carryOut(execute: Execute, move: Move, around: Parameters<typeof transitionStatement>[1]): Promise<Standing> {
  const { lease, before } = move
  const [row] = await execute(transitionStatement(move, around))
  if (row) return toStanding(row)
  if (around.carried.begun) await refuseInSafeMode(execute)
  const [held] = await execute(Prisma.sql`select event_hash from operations where id = ${lease.operationId}::uuid and lease_token = ${lease.token}`)
  if (!held || held['event_hash'] === before.eventHash) throw new LeaseLostError(`lease of ${lease.operationId} lost`)
  return carryOut(execute, { ...move, before: { ...before, eventHash: String(held['event_hash']) } }, around)
}

/** What is certain, whoever holds the operation by now; whoever waits for a decision about it looks again. */
export async function writeFacts(services: Services, { operation, server, facts }: { operation: Operation, server: Subject, facts: Move['writes'] }): Promise<void> {
  await services.db.$transaction(async (tx) => {
    await lockServer(tx, server.id)
    for (const fact of facts) await applyWrite(tx, services, { operation, server }, fact)
    const { count } = await tx.operation.updateMany({ where: { id: operation.id, state: 'needs_attention', step: 'settle' }, data: { state: 'queued', nextAttemptAt: null, diagnosis: Prisma.DbNull } })
    if (count > 0) await scheduleOperation(tx, operation.id)
  }, PATIENT)
}

/** Everybody who writes a server together with its operations takes the server's row first: two orders of taking would wait for each other. */
export async function lockServer(tx: Db, serverId: string): Promise<void> {
  await tx.$queryRaw`select id from servers where id = ${serverId}::uuid for update`
}

/** Tells open tabs that an operation, and with it its server, reads differently now. */
export async function publishOperation(db: Db, { events }: Pick<Services, 'events'>, operation: Pick<Operation, 'id' | 'serverId'>, customerId: string): Promise<void> {
  await events.publish(db, { type: 'operation', operationId: operation.id, serverId: operation.serverId }, { admins: true, userId: customerId })
}
