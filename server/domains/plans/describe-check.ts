import { z } from 'zod'
import { MomentSchema } from '#shared/schemas/common.ts'
import type { PlanCheck } from '#shared/schemas/plans.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { StoredDiagnosisSchema } from '../settings/stored-connection-test.ts'

/** What a check left behind: codes and facts. The words are added when it is shown. */
const StoredCheckSchema = z.object({ ok: z.boolean(), checkedAt: MomentSchema, diagnosis: StoredDiagnosisSchema.nullable() })
export type StoredCheck = z.infer<typeof StoredCheckSchema>

/** A stored check in words. */
export function describeCheck(stored: unknown): PlanCheck {
  const { ok, checkedAt, diagnosis } = StoredCheckSchema.parse(stored)
  if (diagnosis === null) return { ok, checkedAt, message: 'The panel would accept a server of this plan.' }
  const words = describeDiagnosis(diagnosis)
  return { ok, checkedAt, message: words.title, diagnosis: words }
}
