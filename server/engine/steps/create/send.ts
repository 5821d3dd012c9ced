import { featuresToCreateBody } from '../../../domains/plans/features-to-create-body.ts'
import type { VirtFusionServer } from '../../../virtfusion/schemas/servers.ts'
import { completeAttempt, sendAttempt, type SentCall } from '../../call-panel.ts'
import { decideCreateOutcome } from '../../create/decide-outcome.ts'
import { readCreateMemory } from '../../create/memory.ts'
import { concluded } from '../../diagnosis.ts'
import { attention, fail, next, retry, wait, type Outcome } from '../../outcome.ts'
import { notePanelAnswer } from '../../panel-health.ts'
import type { Run, Step } from '../../run.ts'
import { bindServer, isBoundElsewhere } from './bind.ts'
import { noteOrphan } from './note-orphan.ts'
import { takeUpLostSend } from './take-up-lost-send.ts'

/** An intent older than this is not sent: by then another worker may have taken the order over. */
const INTENT_TTL_MS = 5_000
const PAUSED_MS = 15_000

/** Sends the one create call of this intent, once. Whoever comes here without the intent in hand never sends. */
export const send: Step = async (run) => {
  const { intent } = run.turn
  run.turn.intent = null
  if (!intent) return takeUpLostSend(run)
  const { order, ownerId } = readCreateMemory(run.operation)
  if (!order || ownerId === undefined) return fail(concluded('features_invalid'))
  if (performance.now() - intent.at > INTENT_TTL_MS) return notSent(run, intent.attemptId)

  const body = featuresToCreateBody(order.features, order.overrides, ownerId)
  const scope = { ...run.panel.scope, context: { features: { ...order.features, ...order.overrides }, request: { ...body } } }
  const sent = await sendAttempt(scope, run.panel.create(body))
  const outcome = await judge(run, sent, ownerId)
  await notePanelAnswer(run.services, sent.answer, 'servers.create', sent.exchange)
  return { ...outcome, fact: async (tx) => {
    await completeAttempt(tx, intent.attemptId, sent)
    await outcome.fact?.(tx)
  } }
}

async function judge(run: Run, sent: SentCall<VirtFusionServer>, ownerId: number): Promise<Outcome> {
  const { services } = run
  const result = decideCreateOutcome(sent.answer, ownerId)
  switch (result.type) {
    case 'made': return made(run, result.remote, ownerId)
    case 'foreign': return attention(concluded('create_foreign_answer', { expected: ownerId, actual: result.remote.ownerId, virtfusionServerId: result.remote.id }))
    case 'unknown': return next('settle', { learnt: { settleSince: services.now().toISOString(), looks: null }, event: { code: 'effect_unknown' } })
    default:
  }
  const diagnosis = sent.answer.ok ? concluded('defect') : sent.answer.diagnosis
  switch (result.type) {
    case 'refused': return fail(diagnosis)
    case 'paused': return wait(PAUSED_MS, diagnosis, { step: 'intend', freesOwner: true })
    case 'not-sent': return wait(result.retryAfterMs ?? 'backoff', diagnosis, { step: 'intend', freesOwner: true })
    case 'passing': return retry(diagnosis, { step: 'intend', retryAfterMs: result.retryAfterMs, freesOwner: true })
  }
}

async function made(run: Run, remote: VirtFusionServer, ownerId: number): Promise<Outcome> {
  const { services, operation, server } = run
  // The line from which a person can mend things should the database be away for longer than we can wait.
  services.log.info({ operationId: operation.id, serverId: server.id, requestId: operation.requestId, virtfusionServerId: remote.id, virtfusionUuid: remote.uuid }, 'create-receipt')
  if (await isBoundElsewhere(services.db, server.id, remote.id)) return attention(concluded('create_already_bound', { virtfusionServerId: remote.id }))
  return next('install', {
    learnt: { isFresh: remote.commissionStatus === 0 && remote.built === null },
    event: { code: 'bound', params: { virtfusionServerId: remote.id } },
    async fact(tx) { if (!await bindServer(tx, run, remote, ownerId)) await noteOrphan(tx, run, remote) },
    freesOwner: true,
  })
}

function notSent({ services }: Run, attemptId: string): Outcome {
  const diagnosis = concluded('create_expired')
  return retry(diagnosis, {
    step: 'intend', freesOwner: true, event: { code: 'not_sent' },
    async also(tx) {
      await tx.provisioningLog.update({
        where: { id: attemptId },
        data: { outcome: 'unreachable', effect: 'none', completedAt: services.now(), code: diagnosis.code, diagnosis: { ...diagnosis } },
        select: { id: true },
      })
    },
  })
}
