import type { CreateCall, OperationDetail, WaitingOrder } from '#shared/schemas/operations.ts'
import type { Call, Db } from '../../context.ts'
import { readCreateMemory } from '../../engine/create/memory.ts'
import { countWaiting, listWaiting } from '../../engine/owner-lock.ts'
import type { ProvisioningLog } from '../../generated/prisma/client.ts'
import { describeExpected } from './describe-expected.ts'
import type { LoadedOperation } from './load-operation.ts'
import { readDoubtfulSend } from './read-doubtful-send.ts'
import { toCandidate } from './to-candidate.ts'

/** The screen lists this many of whoever waits; the count tells the rest. */
const MOST_WAITING = 20
const MOST_CALLS = 20

/** All that a person needs to decide on a create, from our own rows: the panel is not asked. */
export async function describeAttention({ db }: Pick<Call, 'db'>, operation: LoadedOperation, askedAt: Date | null): Promise<NonNullable<OperationDetail['attention']>> {
  const memory = readCreateMemory(operation)
  const sent = readDoubtfulSend(operation)
  const [calls, waitingBehind] = await Promise.all([
    db.provisioningLog.findMany({ where: { operationId: operation.id, action: 'servers.create' }, orderBy: { sequence: 'desc' }, take: MOST_CALLS }),
    describeWaiting(db, memory.ownerId),
  ])
  return {
    sentAt: sent.sentAt ?? null,
    ownerId: sent.ownerId ?? null,
    recipientId: sent.recipientId,
    baseline: sent.baseline ?? null,
    expected: describeExpected({ ...memory, ownerId: sent.ownerId }, null),
    sent: calls.map(toCall),
    looks: memory.looks,
    askedAt: askedAt?.toISOString() ?? null,
    candidates: memory.candidates.map((candidate) => toCandidate(candidate, { memory, boundTo: null, ownerId: null })),
    waitingBehind,
  }
}

async function describeWaiting(db: Db, ownerId: number | undefined): Promise<{ count: number, orders: WaitingOrder[] }> {
  if (ownerId === undefined) return { count: 0, orders: [] }
  const [count, rows] = await Promise.all([countWaiting(db, ownerId), listWaiting(db, ownerId, MOST_WAITING)])
  return {
    count,
    orders: rows.map(({ id, createdAt, server: { customer, ...server } }) => ({ operationId: id, server, customer, since: createdAt.toISOString() })),
  }
}

function toCall(row: ProvisioningLog): CreateCall {
  const { id, createdAt, method, path, requestBody, responseBody, httpStatus, outcome, effect, durationMs, message, completedAt } = row
  return { logId: id, at: createdAt.toISOString(), method, path, requestBody, responseBody, httpStatus, outcome, effect, durationMs, message, completedAt: completedAt?.toISOString() ?? null }
}
