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
})
export type PanelStatus = z.infer<typeof PanelStatusSchema>
