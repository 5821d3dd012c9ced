import { FeaturesSchema, type Features } from '#shared/schemas/features.ts'
import type { PlanCheck } from '#shared/schemas/plans.ts'
import type { Call } from '../../context.ts'
import { notFound } from '../../errors.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import { diagnose } from '../../virtfusion/diagnosis/diagnose.ts'
import type { DiagnosisRecord } from '../../virtfusion/diagnosis/types.ts'
import { VirtFusionError } from '../../virtfusion/errors.ts'
import type { Exchange } from '../../virtfusion/types.ts'
import { describeCheck, type StoredCheck } from './describe-check.ts'
import { featuresToCreateBody } from './features-to-create-body.ts'
import { beginDryRunLog, finishDryRunLog } from './log-dry-run.ts'

/** A person waits for this one; the panel's own validation takes a second or two. */
const PATIENCE_MS = 15_000

/**
 * Asks the panel whether it would make a server of this plan, without making one, and keeps the answer at the plan.
 * A refusal is a result whose diagnosis names the feature key at fault. @throws AppError not_found
 */
export async function checkPlan(call: Call, id: string): Promise<PlanCheck> {
  const plan = await call.db.plan.findUnique({ where: { id }, select: { features: true } })
  if (plan === null) throw notFound()

  const client = await call.panel.client()
  const features = FeaturesSchema.parse(plan.features)
  const diagnosis = client === null ? { code: 'panel_unconfigured', params: {} } : await dryRun(call, client, features)
  const check: StoredCheck = { ok: diagnosis === null, checkedAt: call.now().toISOString(), diagnosis }
  // Only while the plan is still the one that was checked: a change meanwhile has dropped the former result for a reason.
  await call.db.plan.updateMany({
    where: { id, features: { equals: plan.features ?? {} } },
    data: { lastCheck: check, lastCheckedAt: check.checkedAt },
  })
  return describeCheck(check)
}

/** Null when the panel would accept. */
async function dryRun(call: Call, client: VirtFusionClient, features: Features): Promise<DiagnosisRecord | null> {
  const body = featuresToCreateBody(features)
  const request = client.servers.createDryRun.request(body)
  const logId = await beginDryRunLog(call, request)
  const seen: { exchange: Exchange | null } = { exchange: null }
  let diagnosis: DiagnosisRecord | null = null
  try {
    await client.servers.createDryRun(body, {
      requestId: call.requestId,
      timeoutMs: PATIENCE_MS,
      onExchange: (exchange) => { seen.exchange = exchange },
    })
  }
  catch (error) {
    if (!(error instanceof VirtFusionError)) throw error
    // A lost answer is no reason to look for a server here, so what may have happened is left out.
    const found = diagnose(error, { baseUrl: client.baseUrl, features, request: request.body ?? null })
    const { mayHaveActed: _, ...params } = found.params
    diagnosis = { ...found, params }
  }
  await finishDryRunLog(call, logId, seen.exchange, diagnosis)
  return diagnosis
}
