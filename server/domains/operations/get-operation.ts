import { DATED_STEPS, OPERATION_STEPS } from '#shared/lifecycle/operations.ts'
import type { OperationDetail } from '#shared/schemas/operations.ts'
import type { Call } from '../../context.ts'
import { readCreateMemory } from '../../engine/create/memory.ts'
import { describeEvent, stepLabel } from '../../messages/en/operation-events.ts'
import { describeAttention } from './describe-attention.ts'
import { findActorNames } from './find-actor-names.ts'
import { findEvidence } from './find-evidence.ts'
import { judgeAll, loadOperation, readFacts, type LoadedOperation } from './load-operation.ts'
import { serializeOperation } from './serialize-operation.ts'

/** One operation whole: steps, timeline in words, what a person may do, and what there is to decide. @throws AppError not_found */
export async function getOperation(call: Call, id: string): Promise<OperationDetail> {
  const operation = await loadOperation(call.db, id)
  const [events, names, facts, evidence] = await Promise.all([
    call.db.operationEvent.findMany({ where: { operationId: id }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: 500 }),
    findActorNames(call.db, [operation]),
    readFacts(call.db, operation),
    findEvidence(call.db, operation),
  ])
  const verdicts = judgeAll(facts)
  const askedAt = events.findLast(({ code }) => code === 'needs_attention')?.createdAt ?? null
  const { reference, name, customer } = operation.server
  return {
    ...serializeOperation(operation, names.get(operation.actorId ?? '') ?? null),
    server: { id: operation.serverId, reference, name, customer },
    steps: listSteps(operation, new Set(events.map((event) => event.step))),
    events: events.map((event) => ({
      id: event.id, state: event.state, step: event.step, code: event.code, text: describeEvent(event.code, event.params), createdAt: event.createdAt.toISOString(),
    })),
    ...verdicts,
    evidence,
    attention: verdicts.canResolve ? await describeAttention(call, operation, askedAt) : null,
  }
}

type Steps = OperationDetail['steps']

/** The steps that this operation takes, without those that only some of its kind need. */
function listSteps(operation: LoadedOperation, visited: ReadonlySet<string>): Steps {
  const optional = new Set([...DATED_STEPS, 'settle', 'fence'])
  if (operation.kind === 'create') {
    const { order } = readCreateMemory(operation)
    if (order?.operatingSystemId === null) optional.add('await_install')
    if (order?.mode !== 'escrow') optional.add('transfer')
  }
  const names = OPERATION_STEPS[operation.kind].filter((name) => !optional.has(name) || visited.has(name) || operation.step === name)
  const at = names.indexOf(operation.step)
  return names.map((name, index) => ({ name, label: stepLabel(name), status: statusOf(operation, index, at) }))
}

function statusOf({ state }: LoadedOperation, index: number, at: number): Steps[number]['status'] {
  if (state === 'succeeded' || index < at) return 'done'
  if (index > at || state === 'cancelled') return 'pending'
  return state === 'failed' || state === 'needs_attention' ? 'failed' : 'current'
}
