import { OPERATION_STEPS, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { Candidate, OperationDetail } from '#shared/schemas/operations.ts'
import type { Call } from '../../context.ts'
import { readCreateMemory } from '../../engine/create/memory.ts'
import type { StoredCandidate } from '../../engine/create/find-candidates.ts'
import { countWaiting } from '../../engine/owner-lock.ts'
import { describeDifference, describeEvent, stepLabel } from '../../messages/en/operation-events.ts'
import { findActorNames } from './find-actor-names.ts'
import { judgeAll, loadOperation, readFacts, type LoadedOperation } from './load-operation.ts'
import { serializeOperation } from './serialize-operation.ts'

/** One operation whole: steps, timeline in words, what a person may do, and what there is to decide. @throws AppError not_found */
export async function getOperation(call: Call, id: string): Promise<OperationDetail> {
  const operation = await loadOperation(call.db, id)
  const [events, names, facts] = await Promise.all([
    call.db.operationEvent.findMany({ where: { operationId: id }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: 500 }),
    findActorNames(call.db, [operation]),
    readFacts(call.db, operation),
  ])
  const { reference, name, customer } = operation.server
  return {
    ...serializeOperation(operation, names.get(operation.actorId ?? '') ?? null),
    server: { id: operation.serverId, reference, name, customer },
    steps: listSteps(operation, new Set(events.map((event) => event.step))),
    events: events.map((event) => ({
      id: event.id, state: event.state, step: event.step, code: event.code, text: describeEvent(event.code, event.params), createdAt: event.createdAt.toISOString(),
    })),
    ...judgeAll(facts),
    attention: operation.kind === 'create' && operation.state === 'needs_attention' ? await describeAttention(call, operation) : null,
  }
}

type Steps = OperationDetail['steps']

/** The steps that this operation takes, without those that only some of its kind need. */
function listSteps(operation: LoadedOperation, visited: ReadonlySet<string>): Steps {
  const optional = new Set([SCHEDULED_STEP, 'settle'])
  if (operation.kind === 'create' && readCreateMemory(operation).order?.operatingSystemId === null) optional.add('await_install')
  const names = OPERATION_STEPS[operation.kind].filter((name) => !optional.has(name) || visited.has(name) || operation.step === name)
  const at = names.indexOf(operation.step)
  return names.map((name, index) => ({ name, label: stepLabel(name), status: statusOf(operation, index, at) }))
}

function statusOf({ state }: LoadedOperation, index: number, at: number): Steps[number]['status'] {
  if (state === 'succeeded' || index < at) return 'done'
  if (index > at || state === 'cancelled') return 'pending'
  return state === 'failed' || state === 'needs_attention' ? 'failed' : 'current'
}

async function describeAttention(call: Call, operation: LoadedOperation): Promise<NonNullable<OperationDetail['attention']>> {
  const { sentAt, ownerId, baseline, candidates } = readCreateMemory(operation)
  return {
    sentAt: sentAt ?? null,
    ownerId: ownerId ?? null,
    baseline: baseline ?? null,
    candidates: candidates.map(toCandidate),
    waitingBehind: ownerId === undefined ? 0 : await countWaiting(call.db, ownerId),
  }
}

function toCandidate({ id, uuid, name, created, memoryMb, storageGb, cpuCores, ipv4, differences }: StoredCandidate): Candidate {
  return {
    virtfusionServerId: id, virtfusionUuid: uuid, name, createdAt: created, memoryMb, storageGb, cpuCores, ipv4,
    differences: differences.map(describeDifference),
    canAdopt: differences.every(({ code }) => code !== 'owner'),
  }
}
