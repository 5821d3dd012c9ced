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

const NO_MOMENT = 'Give a date like 2026-01-31, or a moment like 2026-01-31T08:00:00+01:00.'

/**
 * A bound of a filter: a moment of any offset, or a plain date, which is the day in UTC. From a day on is from its beginning; until a day takes
 * that day in, as people mean it. Reads as a moment in UTC.
 */
const boundAt = (timeOfDay: '00:00:00.000' | '23:59:59.999') => z.string().trim()
  // The plus of an offset arrives as a space where nobody encoded it.
  .transform((text) => text.replace(/ (?=\d\d:\d\d$)/, '+').replace(/^\d{4}-\d\d-\d\d$/, `$&T${timeOfDay}Z`))
  .pipe(z.iso.datetime({ offset: true, error: NO_MOMENT }))
  .transform((text) => new Date(text))
  // An offset leads out of the years of four digits; neither PostgreSQL nor an ISO text has others in the same form.
  .refine((moment) => moment.getUTCFullYear() >= 1 && moment.getUTCFullYear() <= 9999, NO_MOMENT)
  .transform((moment) => moment.toISOString())

export const ProvisioningLogListSchema = pageOf(ProvisioningLogSchema)
export const ProvisioningLogQuerySchema = PageQuerySchema.extend({
  serverId: IdSchema.optional(),
  operationId: IdSchema.optional(),
  outcome: z.enum(LOG_OUTCOMES).optional(),
  action: z.string().max(60).optional(),
  requestId: z.string().trim().max(100).optional(),
  from: boundAt('00:00:00.000').optional(),
  to: boundAt('23:59:59.999').optional(),
  /** `omit` leaves both bodies out (null), each of which may have 16 kB: for a list that shows none. */
  bodies: z.enum(['include', 'omit']).default('include'),
})
export type ProvisioningLogQuery = z.infer<typeof ProvisioningLogQuerySchema>
