import { FeaturesSchema, type Features } from '#shared/schemas/features.ts'
import type { PlanCheck } from '#shared/schemas/plans.ts'
import type { Call } from '../../context.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { describeEnding, newAttempt, sendAttempt, type CallScope } from '../../engine/call-panel.ts'
import { concluded } from '../../engine/diagnosis.ts'
import { engineOf } from '../../engine/engine-of.ts'
import { notFound } from '../../errors.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { describeCheck, type StoredCheck } from './describe-check.ts'
import { featuresToCreateBody } from './features-to-create-body.ts'
import { findMadeServer, listOwnersServers } from './find-made-server.ts'

/** A person waits for this one; the panel's own validation takes a second or two. */
const PATIENCE_MS = 15_000

/**
 * Asks the panel whether it would make a server of this plan, without making one, and keeps the answer at the plan.
 * A refusal is a result whose diagnosis names the feature key at fault. @throws AppError not_found
 */
export async function checkPlan(call: Call, id: string): Promise<PlanCheck> {
  const plan = await call.db.plan.findUnique({ where: { id }, select: { name: true, features: true } })
  if (plan === null) throw notFound()

  const client = await call.panel.client()
  const features = FeaturesSchema.parse(plan.features)
  const diagnosis = client === null ? { code: 'panel_unconfigured', params: {} } : await dryRun(call, client, features)
  const check: StoredCheck = { ok: diagnosis === null, checkedAt: call.now().toISOString(), diagnosis }
  await call.db.$transaction(async (tx) => {
    // Only while the plan is still the one that was checked: a change meanwhile has dropped the former result for a reason.
    // A check is no change: who edits the plan meanwhile still has its newest version, so `updated_at` stays.
    await tx.$executeRaw`
      update plans set last_check = ${JSON.stringify(check)}::jsonb, last_checked_at = ${check.checkedAt}::timestamptz
      where id = ${id}::uuid and features = ${JSON.stringify(plan.features)}::jsonb`
    await recordAudit(tx, call, { action: 'plan.checked', entity: 'plan', entityId: id, entityName: plan.name, after: { ok: check.ok, code: diagnosis?.code } })
  })
  return describeCheck(check)
}

/** Null when the panel would accept. Looked at before and after: an address that loses its query on the way makes a server that costs money. */
async function dryRun(call: Call, client: VirtFusionClient, features: Features): Promise<DiagnosisRecord | null> {
  const { createDryRun } = client.servers
  const body = featuresToCreateBody(features)
  const request = createDryRun.request(body)
  const engine = engineOf(call)
  const scope: CallScope = {
    engine,
    operationId: null,
    serverId: null,
    attempt: 1,
    requestId: call.requestId,
    options: { timeoutMs: PATIENCE_MS },
    context: { baseUrl: client.baseUrl, features, request: request.body ?? null },
  }
  const ownerId = features.virtfusion_user_id
  const before = await listOwnersServers(call, ownerId)
  const attempt = newAttempt(scope, request)
  await engine.store.beginAttempt(attempt, null)
  const sent = await sendAttempt(scope, { describe: () => request, send: (options) => createDryRun(body, options) })
  const ending = describeEnding(sent)
  const isRefused = !sent.answer.ok && ending.effect === 'none' && ending.httpStatus !== null
  const made = before === null || isRefused ? null : await findMadeServer(call, { ownerId, before, responseBody: ending.responseBody, isLost: ending.effect === 'unknown' })
  const diagnosis = made === null ? (sent.answer.ok ? null : sent.answer.diagnosis) : concluded('dry_run_made_server', { virtfusionServerId: made, ownerId })
  // Accepted means that the panel would act, not that it has.
  const effect = made !== null ? 'done' : ending.effect === 'done' ? 'none' : ending.effect
  await engine.store.completeAttempt(attempt.id, { ...ending, effect, ...(made === null ? {} : { code: 'dry_run_made_server', diagnosis }) })
  await engine.health.note(sent.answer, request.operation, sent.exchange)
  return diagnosis
}
