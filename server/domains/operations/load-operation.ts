import { judgeCancel, judgeRetry, canResolve, type OperationFacts } from '#shared/lifecycle/operations.ts'
import type { Db } from '../../context.ts'
import { readChangeMemory } from '../../engine/change-memory.ts'
import { hasStalled } from '../../engine/decide-transition.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import { isGuarded, onlyLooks } from '../../engine/plan-retry.ts'
import { memoryOf } from '../../engine/run.ts'
import { notFound } from '../../errors.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { ORPHAN_CAUSE } from '../orphans/hand-back-orphan.ts'

const FORM = {
  include: { server: { select: { id: true, reference: true, name: true, lifecycle: true, virtfusionServerId: true, virtfusionUuid: true, virtfusionOwnerId: true, vanishedAt: true, customerId: true, suspendedAt: true, desiredSuspended: true, observedAt: true, customer: { select: { id: true, name: true, virtfusionUserId: true, virtfusionExtRelationId: true } } } } },
} satisfies Prisma.OperationDefaultArgs

/** An operation with what its rules and screens need of its server. */
export type LoadedOperation = Prisma.OperationGetPayload<typeof FORM>

/** @throws AppError not_found */
export async function loadOperation(db: Db, id: string): Promise<LoadedOperation> {
  const operation = await db.operation.findUnique({ where: { id }, ...FORM })
  if (!operation) throw notFound()
  return operation
}

/** It stood open when our database was put back: what it knows of its sending may be older than what was sent. */
export const isFromBefore = ({ diagnosis }: Pick<LoadedOperation, 'diagnosis'>): boolean => readDiagnosis(diagnosis)?.code === 'operation_from_before'

/** The facts by which is judged what a person may do with it. @param sinceLastLook only what was sent after a read has shown that all before came to nothing */
export async function readFacts(db: Db, operation: LoadedOperation, { sinceLastLook = false } = {}): Promise<OperationFacts> {
  const settled = sinceLastLook ? await findSettled(db, operation) : null
  const acted = await db.provisioningLog.findFirst({
    where: {
      operationId: operation.id, method: { not: 'GET' }, action: { not: 'users.create' }, NOT: { completedAt: { not: null }, effect: 'none' },
      ...(settled ? { sequence: { gt: settled.sequence } } : {}),
    },
    select: { id: true },
  })
  const { kind, state, step, cause } = operation
  const memory = memoryOf(operation)
  return {
    kind, state, step, isBound: operation.server.virtfusionServerId !== null, hasActed: acted !== null,
    isFromBefore: state === 'needs_attention' && isFromBefore(operation),
    isStalled: hasStalled(memory),
    onlyLooks: onlyLooks({ kind, step, memory }),
    isGuarded: isGuarded({ kind, memory }),
    isOfNobody: cause === ORPHAN_CAUSE,
  }
}

/** All verdicts at once, with the sentence for a button that is off. */
export function judgeAll(facts: OperationFacts) {
  const [retry, cancel] = [judgeRetry(facts), judgeCancel(facts)]
  return {
    canRetry: retry.allowed,
    canCancel: cancel.allowed,
    canResolve: canResolve(facts),
    retryRefusal: retry.allowed ? null : retry.reason,
    cancelRefusal: cancel.allowed ? null : cancel.reason,
  }
}

/** The newest call of which a read has shown that it came to nothing; known of a suspension, whose state every read tells. */
async function findSettled(db: Db, operation: LoadedOperation): Promise<{ sequence: bigint } | null> {
  const { lastAttempt, isBlind } = readChangeMemory(operation)
  if (lastAttempt === undefined || isBlind || (operation.kind !== 'suspend' && operation.kind !== 'unsuspend')) return null
  return db.provisioningLog.findUnique({ where: { id: lastAttempt }, select: { sequence: true } })
}
