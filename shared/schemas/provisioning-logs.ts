import { z } from '../zod.ts'
import { DiagnosisSchema, IdSchema, MomentSchema, PageQuerySchema, pageOf } from './common.ts'

export const LOG_OUTCOMES = ['ok', 'rejected', 'unreachable', 'unknown'] as const
export const CALL_EFFECTS = ['none', 'done', 'unknown'] as const

const json: z.ZodType<unknown> = z.unknown()

/** One call to the panel. Everything secret in the bodies is masked before it is stored. */
export const ProvisioningLogSchema = z.object({
  id: IdSchema,
  createdAt: MomentSchema,
  serverId: IdSchema.nullable(),
  operationId: IdSchema.nullable(),
  server: z.object({ id: IdSchema, reference: z.string(), name: z.string() }).nullable(),
  action: z.string(),
  attempt: z.number().int(),
  method: z.string(),
  path: z.string(),
  httpStatus: z.number().int().nullable(),
  outcome: z.enum(LOG_OUTCOMES),
  effect: z.enum(CALL_EFFECTS),
  durationMs: z.number().int().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  diagnosis: DiagnosisSchema.nullable(),
  requestBody: json,
  responseBody: json,
  requestId: z.string().nullable(),
})
export type ProvisioningLog = z.infer<typeof ProvisioningLogSchema>

export const ProvisioningLogListSchema = pageOf(ProvisioningLogSchema)
export const ProvisioningLogQuerySchema = PageQuerySchema.extend({
  serverId: IdSchema.optional(),
  operationId: IdSchema.optional(),
  outcome: z.enum(LOG_OUTCOMES).optional(),
  action: z.string().max(60).optional(),
  requestId: z.string().trim().max(100).optional(),
  from: MomentSchema.optional(),
  to: MomentSchema.optional(),
  /** `omit` leaves both bodies out (null), each of which may have 16 kB: for a list that shows none. */
  bodies: z.enum(['include', 'omit']).default('include'),
})
export type ProvisioningLogQuery = z.infer<typeof ProvisioningLogQuerySchema>
