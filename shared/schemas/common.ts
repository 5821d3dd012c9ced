import { z } from '../zod.ts'
import { ReadinessChecksSchema } from './health.ts'

/** An id of ours that somebody chose; `message` says what to choose, whatever is wrong. */
export const idOf = (message: string) => z.uuid({ error: message })

/** An id of ours (UUIDv7). Anything else in a path answers like an id that does not exist. */
export const IdSchema = idOf('This is not an id of Berth.')

/** A moment, ISO 8601 in UTC with milliseconds. */
export const MomentSchema = z.iso.datetime()

/** The largest number of a 32-bit column, in which the panel's ids and sizes are kept. One number more is an error of the database. */
export const MAX_INTEGER = 2_147_483_647

/** An id of the panel's that somebody chose or typed; `message` says what to choose, whatever is wrong. */
export const panelId = (message: string) => z.number({ error: message }).int(message).positive(message).max(MAX_INTEGER, message)

export const IdParamsSchema = z.object({ id: IdSchema })

/** Lists page by key: pass `nextCursor` of one page as `cursor` of the next. */
export const PageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
})
export type PageQuery = z.infer<typeof PageQuerySchema>

/** The list form that every list route answers with. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({
  items: z.array(item),
  nextCursor: z.string().nullable(),
})

/** A failure in plain words: what failed, why, which setting is wrong, what to do. */
export const DiagnosisSchema = z.object({
  code: z.string(),
  title: z.string(),
  cause: z.string(),
  fix: z.string(),
  setting: z.string().optional(),
  docs: z.string().optional(),
  /** Facts behind the words, for a one-click mend (for example `correctedUrl`). */
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
})
export type Diagnosis = z.infer<typeof DiagnosisSchema>

/** An error as `application/problem+json`. `fields` maps a dotted input path to a sentence. */
export const ProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  fields: z.record(z.string(), z.string()).optional(),
  diagnosis: DiagnosisSchema.optional(),
  /** Of `not_ready` only. */
  checks: ReadinessChecksSchema.optional(),
})
export type Problem = z.infer<typeof ProblemSchema>

/** One line that a person typed: trimmed, without control characters. */
export const line = (max: number, message = 'Fill this in.') => z.string({ error: message }).trim().min(1, message).max(max, `At most ${max} characters.`)
  .refine((text) => !/[\p{Cc}]/u.test(text), 'Line breaks and control characters are not allowed here.')

export const NO_REASON = 'Say why, for whoever reads this later.'
/** Why somebody decided, as the audit log keeps it. */
export const ReasonSchema = line(300, NO_REASON)

export const RoleSchema = z.enum(['admin', 'customer'])
export type Role = z.infer<typeof RoleSchema>

/** Who did a thing: a person, or Berth itself. */
export const ActorSchema = z.object({
  kind: z.enum(['person', 'system']),
  id: IdSchema.nullable(),
  name: z.string(),
})
export type Actor = z.infer<typeof ActorSchema>
