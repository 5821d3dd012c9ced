import { z } from '../zod.ts'
import { DRIFT_DECISIONS, DRIFT_FIELDS, FINDING_STATES } from '../lifecycle/drift.ts'
import { IdSchema, MomentSchema, NO_REASON, PageQuerySchema, ReasonSchema, pageOf } from './common.ts'
import { ServerBriefSchema } from './operations.ts'

export const DriftFieldSchema = z.enum(DRIFT_FIELDS)
export const FindingStateSchema = z.enum(FINDING_STATES)
const DriftValueSchema = z.union([z.string(), z.number(), z.boolean()]).nullable()

/** A difference between plan, our record and the panel. What may be decided about it says `judgeDecision`. */
export const DriftFindingSchema = z.object({
  id: IdSchema,
  server: ServerBriefSchema.extend({ customer: z.object({ id: IdSchema, name: z.string() }), plan: z.object({ id: IdSchema, name: z.string() }) }),
  field: DriftFieldSchema,
  planValue: DriftValueSchema,
  ourValue: DriftValueSchema,
  panelValue: DriftValueSchema,
  state: FindingStateSchema,
  firstSeenAt: MomentSchema,
  lastSeenAt: MomentSchema,
  /** As typed by whoever decided. */
  reason: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: MomentSchema.nullable(),
})
export type DriftFinding = z.infer<typeof DriftFindingSchema>
export const DriftListSchema = pageOf(DriftFindingSchema)

export const DriftQuerySchema = PageQuerySchema.extend({
  field: DriftFieldSchema.optional(),
  serverId: IdSchema.optional(),
  state: FindingStateSchema.optional(),
})
export type DriftQuery = z.infer<typeof DriftQuerySchema>

export const ResolveDriftSchema = z.object({
  decision: z.enum(DRIFT_DECISIONS),
  reason: ReasonSchema.optional(),
  /** What the person saw: another value by now is another question. Without it whatever stands is decided. */
  shown: z.object({ ourValue: DriftValueSchema, panelValue: DriftValueSchema }).optional(),
}).refine(({ decision, reason }) => decision !== 'ignore' || reason !== undefined, { path: ['reason'], message: NO_REASON })
export type ResolveDrift = z.infer<typeof ResolveDriftSchema>

/** What waits on the page of differences and orphans, for badges. */
export const DriftCountsSchema = z.object({ differences: z.number().int(), orphans: z.number().int(), vanished: z.number().int() })
export type DriftCounts = z.infer<typeof DriftCountsSchema>
