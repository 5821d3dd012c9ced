import type { OperationDetail } from '#shared/schemas/operations.ts'
import type { Call } from '../../context.ts'
import { describeEvent, stepLabel } from '../../messages/en/operation-events.ts'
import { findNames } from '../people/find-names.ts'
import { describeAttention } from './describe-attention.ts'
import { findEvidence } from './find-evidence.ts'
import { listSteps } from './list-steps.ts'
import { judgeAll, loadOperation, readFacts } from './load-operation.ts'
import { serializeOperation } from './serialize-operation.ts'

/** One operation whole: steps, timeline in words, what a person may do, and what there is to decide. @throws AppError not_found */
export async function getOperation(call: Call, id: string): Promise<OperationDetail> {
  const operation = await loadOperation(call.db, id)
  const [events, names, facts, evidence] = await Promise.all([
    call.db.operationEvent.findMany({ where: { operationId: id }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: 500 }),
    findNames(call.db, [operation.actorId]),
    readFacts(call.db, operation),
    findEvidence(call.db, operation),
  ])
  const verdicts = judgeAll(facts)
  const askedAt = events.findLast(({ code }) => code === 'needs_attention')?.createdAt ?? null
  const { reference, name, customer } = operation.server
  return {
    ...serializeOperation(operation, names.get(operation.actorId ?? '') ?? null),
    server: { id: operation.serverId, reference, name, customer },
    steps: listSteps(operation, { visited: new Set(events.map((event) => event.step)), nameOf: (step) => step, labelOf: stepLabel }),
    events: events.map((event) => ({
      id: event.id, state: event.state, step: event.step, code: event.code, text: describeEvent(event.code, event.params), createdAt: event.createdAt.toISOString(),
    })),
    ...verdicts,
    evidence,
    attention: verdicts.canResolve ? await describeAttention(call, operation, askedAt) : null,
  }
}
