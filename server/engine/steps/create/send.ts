import { featuresToCreateBody } from '../../../domains/plans/features-to-create-body.ts'
import type { DiagnosisRecord } from '../../../virtfusion/diagnosis/types.ts'
import type { VirtFusionServer } from '../../../virtfusion/schemas/servers.ts'
import { describeEnding, FENCE_MS, NEVER_SENT, sendAttempt, type PanelAnswer, type SentCall } from '../../call-panel.ts'
import { compareAnswer } from '../../create/compare-answer.ts'
import { decideCreateOutcome } from '../../create/decide-outcome.ts'
import { keepCandidates, type Difference } from '../../create/find-candidates.ts'
import { toSeen } from '../../create/look-for-server.ts'
import { forgetUnsent, noteFresh, readCreateMemory, type CreateMemory } from '../../create/memory.ts'
import { onceBound } from '../../create/once-bound.ts'
import type { Order } from '../../create/order.ts'
import { concluded, quote } from '../../diagnosis.ts'
import { insist } from '../../insist.ts'
import { attention, fail, next, retry, wait, type Outcome } from '../../outcome.ts'
import { CREATE_PUT_OFF, type Run, type Step } from '../../run.ts'
import { boundTo } from './bound-to.ts'
import { takeUpLostSend } from './take-up-lost-send.ts'

const PAUSED_MS = 15_000

/** Sends the one create call of this intent, once. Whoever comes here without the intent in hand never sends. */
export const send: Step = async (run) => {
  const { intent } = run.turn
  run.turn.intent = null
  if (!intent) return takeUpLostSend(run)
  const { order, ownerId, escrow } = readCreateMemory(run.operation)
  if (!order || ownerId === undefined) return fail(concluded('features_invalid'))
  // `intend` says so to a person.
  if (run.server.customer.disabledAt) return next('intend', closeUnsent(intent.attemptId, { escrow }))
  if (run.engine.clock.monotonicMs() - intent.at > FENCE_MS) return notSent(intent.attemptId, { escrow })

  const body = featuresToCreateBody(order.features, order.overrides, ownerId)
  const scope = { ...run.panel.scope, context: { features: { ...order.features, ...order.overrides }, request: { ...body } } }
  const sent = await sendAttempt(scope, run.panel.create(body), intent.at)
  const outcome = await judge(run, sent, { ownerId, escrow, order })
  // What the answer says about the panel, the next one says as well; what it says about the order is said once.
  await run.engine.health.note(sent.answer, 'servers.create', sent.exchange).catch((error: unknown) => run.engine.log.error({ err: error }, 'what an answer says about the panel is not stored'))
  return { ...outcome, facts: [{ type: 'attempt-completed', id: intent.attemptId, ending: describeEnding(sent) }, ...outcome.facts ?? []] }
}

type For = Pick<CreateMemory, 'escrow'> & { ownerId: number, order: Order }

async function judge(run: Run, sent: SentCall<VirtFusionServer>, sentFor: For): Promise<Outcome> {
  const { ownerId } = sentFor
  const result = decideCreateOutcome(sent.answer, ownerId)
  switch (result.type) {
    case 'made': return made(run, result.remote, sentFor)
    case 'foreign': return attention(concluded('create_foreign_answer', { expected: ownerId, actual: result.remote.ownerId, virtfusionServerId: result.remote.id }))
    case 'unknown': return next('settle', { learnt: { settleSince: run.now().toISOString(), looks: null }, event: { code: 'effect_unknown' } })
    default:
  }
  const learnt = forgetUnsent(sentFor)
  const diagnosis = sent.answer.ok ? concluded('defect') : sent.answer.diagnosis
  switch (result.type) {
    case 'refused': return fail(diagnosis)
    case 'paused': return wait(PAUSED_MS, diagnosis, { step: 'intend', freesOwner: true, learnt })
    case 'not-sent': return wait(result.retryAfterMs ?? 'backoff', diagnosis, { step: 'intend', freesOwner: true, learnt })
    case 'passing': return wait('backoff', diagnosis, { step: 'intend', retryAfterMs: result.retryAfterMs, stalled: putOff(sent.answer), freesOwner: true, learnt })
  }
}

/** The panel has put it off for half an hour. It is certain that nothing was made, so what a person decides about is only whether to go on. */
function putOff(answer: PanelAnswer<unknown>): DiagnosisRecord {
  return answer.ok ? concluded('defect') : concluded(CREATE_PUT_OFF, { status: answer.error.status, said: quote(answer.error.messages.join(' '), 200) })
}

async function made(run: Run, remote: VirtFusionServer, sentFor: For): Promise<Outcome> {
  const { engine, operation, server } = run
  // The line from which a person can mend things should the database be away for longer than we can wait.
  engine.log.info({ operationId: operation.id, serverId: server.id, requestId: operation.requestId, virtfusionServerId: remote.id, virtfusionUuid: remote.uuid }, 'create-receipt')
  const { bound, held } = await insist(engine, () => engine.store.findBound([remote], server.id))
  if (bound.size + held.size > 0) return attention(concluded('create_already_bound', { virtfusionServerId: remote.id }))
  const differences = compareAnswer(sentFor.order, remote)
  if (differences.length > 0) return askAbout(remote, sentFor, differences)
  return next(onceBound(sentFor), {
    learnt: noteFresh(remote, run.now()),
    event: { code: 'bound', params: { virtfusionServerId: remote.id } },
    facts: [boundTo(run, remote, sentFor)],
    freesOwner: true,
  })
}

/** It was made for this order, but not as ordered: nothing is bound or built before a person has looked at it. */
function askAbout(remote: VirtFusionServer, { ownerId }: For, differences: Difference[]): Outcome {
  const { id, uuid, name, created, memoryMb, storageGb, cpuCores, ipv4 } = toSeen(remote, true, ownerId)
  return attention(concluded('create_other_answer', { virtfusionServerId: id }), {
    learnt: { candidates: keepCandidates([{ id, uuid, name, created, memoryMb, storageGb, cpuCores, ipv4, differences }]) },
  })
}

function notSent(attemptId: string, sentFor: Pick<CreateMemory, 'escrow'>): Outcome {
  return retry(concluded('create_expired'), { step: 'intend', event: { code: 'not_sent' }, ...closeUnsent(attemptId, sentFor) })
}

function closeUnsent(attemptId: string, sentFor: Pick<CreateMemory, 'escrow'>) {
  return { freesOwner: true, learnt: forgetUnsent(sentFor), writes: [{ type: 'attempt-completed' as const, id: attemptId, ending: NEVER_SENT }] }
}
