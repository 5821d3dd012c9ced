import type pg from 'pg'
import { canTransition } from '#shared/lifecycle/operations.ts'
import type { Db, Services } from '../../context.ts'
import { announceBlockedOwner } from '../../domains/operations/announce-blocked-owner.ts'
import { Prisma, type Operation } from '../../generated/prisma/client.ts'
import { callNextInLine, findOwnerHolder, lockOwner, lockOwnerText } from '../owner-lock.ts'
import { LeaseLostError, type Move, type Standing } from '../ports.ts'
import { scheduleOperation } from '../schedule-operation.ts'
import type { Subject } from '../run.ts'
import { appendEvent } from './append-event.ts'
import { applyWrite } from './apply-write.ts'
import { refuseInSafeMode } from './attempts.ts'
import { inTransaction, onPool, transaction, type Execute } from './sql.ts'
import { readStanding, toStanding } from './standing.ts'
import { sortWrites, transitionStatement, type Around } from './transition-statement.ts'

/** Other workers may hold the rows for a while. */
const PATIENT = { maxWait: 10_000, timeout: 15_000 }

/**
 * Writes one transition whole: one statement where it stands alone, else a transaction with everything that stands or falls with it.
 * @throws LeaseLostError when somebody else has the operation, or may have it while a change is to be sent, SafeModeError; then nothing of it stands
 */
export async function writeMove(services: Services, move: Move): Promise<Standing> {
  try {
    return await writeSorted(services, move, sortWrites(move.writes))
  }
  catch (error) {
    if (!(error instanceof RowError)) throw error
    return writeSorted(services, move, sortWrites(move.writes, { isRowApart: true }))
  }
}

/** The server's row can't be written without looking at what stands in it. */
class RowError extends Error {
  override readonly name = 'RowError'
}

async function writeSorted(services: Services, move: Move, { carried, others }: ReturnType<typeof sortWrites>): Promise<Standing> {
  const { before, transition, freesOwner } = move
  const { pool } = services.database
  const freed = transition.isFinal || freesOwner ? before.ownerLock : null
  const announced = freed === null && transition.state === 'needs_attention' ? before.ownerLock : null
  const awaited = others.find((write) => write.type === 'await-owner')?.ownerId ?? null
  const owner = freed ?? awaited ?? announced
  const around = { carried, frees: freed !== null, now: services.now() }
  if (owner === null && others.length === 0) return carryOut(onPool(pool), move, around)
  const isInLine = announced === null && (freed === null ? others.every(({ type }) => type === 'await-owner') : others.length === 0)
  if (owner !== null && isInLine) {
    const standing = await carryOutInLine(pool, move, { around, owner, isAwaited: freed === null })
    if (standing) return standing
  }
  return services.db.$transaction(async (tx) => {
    const execute = inTransaction(tx)
    if (owner !== null) await lockOwner(execute, owner)
    const { operation } = await carryOut(execute, move, around)
    for (const write of others) await applyWrite(tx, services, { operation, server: move.server }, write)
    const standing = await readStanding(execute, operation.id)
    if (freed !== null) await callNextInLine(execute, freed)
    if (announced !== null) await announceBlockedOwner(tx, services, { ownerId: announced, operationId: operation.id })
    return standing
  }, PATIENT)
}

interface InLine { around: Around, owner: number, isAwaited: boolean }

/** With an owner that is freed, or waited for. Null, and nothing stands, when the admins have to hear that one more waits behind their decision. */
function carryOutInLine(pool: pg.Pool, move: Move, { around, owner, isAwaited }: InLine): Promise<Standing | null> {
  return transaction(pool, lockOwnerText(owner), async (execute) => {
    if (isAwaited && (await findOwnerHolder(execute, owner))?.state === 'needs_attention') return null
    const standing = await carryOut(execute, move, around)
    const { id } = standing.operation
    return await callNextInLine(execute, owner) === id ? readStanding(execute, id) : standing
  })
}

/** Runs the statement; where another line of the timeline came first, once more over that one. */
async function carryOut(execute: Execute, move: Move, around: Around): Promise<Standing> {
  const { lease, before } = move
  const [row] = await execute(transitionStatement(move, around))
  if (row) return toStanding(row)
  const [held] = await execute(Prisma.sql`select event_hash, state, lease_expires_at > now() as is_held from operations where id = ${lease.operationId}::uuid and lease_token = ${lease.token}`)
  if (!held || !canTransition(held['state'] as Operation['state'], move.transition.state)) throw new LeaseLostError(`lease of ${lease.operationId} lost`)
  if (around.carried.begun) {
    await refuseInSafeMode(execute)
    if (held['is_held'] !== true) throw new LeaseLostError(`lease of ${lease.operationId} has run out`)
  }
  if (held['event_hash'] === before.eventHash) throw new RowError('The row is bound, gone on in its life, or a later read of it is stored.')
  return carryOut(execute, { ...move, before: { ...before, eventHash: String(held['event_hash']) } }, around)
}

/** What is certain, whoever holds the operation by now; whoever waits for a decision about it looks again. */
export async function writeFacts(services: Services, { operation, server, facts }: { operation: Operation, server: Subject, facts: Move['writes'] }): Promise<void> {
  await services.db.$transaction(async (tx) => {
    await lockServer(tx, server.id)
    for (const fact of facts) await applyWrite(tx, services, { operation, server }, fact)
    if (facts.every(({ type }) => type === 'call-made' || type === 'seen')) return
    const waiting = await tx.operation.findFirst({ where: { id: operation.id, state: 'needs_attention', step: { in: ['settle', 'fence'] } }, select: { step: true } })
    if (!waiting) return
    await tx.operation.update({ where: { id: operation.id }, data: { state: 'queued', nextAttemptAt: null, diagnosis: Prisma.DbNull, version: { increment: 1 } }, select: { id: true } })
    await appendEvent(tx, server.id, { operationId: operation.id, state: 'queued', step: waiting.step, code: 'late_answer', params: {}, actorId: null })
    await scheduleOperation(tx, operation.id)
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
