import { z } from '../zod.ts'
import { DiagnosisSchema, MomentSchema } from './common.ts'

/** The panel as last seen. Customers get it without the diagnosis. */
export const PanelStatusSchema = z.object({
  /** `unconfigured`: no address or token yet; `unknown`: not asked so far. */
  state: z.enum(['reachable', 'unreachable', 'paused', 'unconfigured', 'unknown']),
  since: MomentSchema.nullable(),
  lastSuccessAt: MomentSchema.nullable(),
  version: z.string().nullable(),
  diagnosis: DiagnosisSchema.nullable(),
  /** Set while nothing is changed at the panel. Why is for admins. */
  safeMode: z.object({ since: MomentSchema, reason: DiagnosisSchema.nullable() }).nullable(),
})
export type PanelStatus = z.infer<typeof PanelStatusSchema>

/** What the watch knows beyond reachable or not, for admins. Figures are of the last hour. */
export const PanelHealthSchema = z.object({
  /** Sixty, oldest first; the last one is still running. `latencyMs` is the average of the calls that did not fail, null without any. */
  minutes: z.array(z.object({ at: MomentSchema, calls: z.number().int(), failures: z.number().int(), latencyMs: z.number().int().nullable() })),
  calls: z.number().int(),
  failures: z.number().int(),
  latencyMs: z.number().int().nullable(),
  slowestMs: z.number().int().nullable(),
  /** The panel's clock minus ours, as the panel last told it; it tells whole seconds. */
  clockDifferenceSeconds: z.number().int().nullable(),
  /** Whole days, negative once it has run out; null without TLS and before the first look. */
  certificateDaysLeft: z.number().int().nullable(),
})
export type PanelHealth = z.infer<typeof PanelHealthSchema>
