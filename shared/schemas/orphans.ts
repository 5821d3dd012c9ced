import { z } from '../zod.ts'
import { IdSchema, MAX_INTEGER, MomentSchema, PageQuerySchema, ReasonSchema, idOf, pageOf } from './common.ts'
import { ServerBriefSchema } from './operations.ts'
import { CustomerChoiceSchema, DeleteDelaySchema, LifecycleSchema, PlanChoiceSchema, ServerNameSchema } from './servers.ts'

export const ORPHAN_STATES = ['open', 'ignored', 'adopted', 'deleting', 'gone'] as const
export const OrphanStateSchema = z.enum(ORPHAN_STATES)

/** A server of the panel that no row of ours points to. */
export const OrphanSchema = z.object({
  id: IdSchema,
  virtfusionServerId: z.number().int(),
  virtfusionUuid: z.string(),
  /** The panel's user that owns it. */
  virtfusionOwnerId: z.number().int().nullable(),
  name: z.string(),
  state: OrphanStateSchema,
  /** Null where the panel did not say. */
  isSuspended: z.boolean().nullable(),
  isProtected: z.boolean().nullable(),
  isBuilt: z.boolean().nullable(),
  /** By the panel's clock. */
  madeAt: MomentSchema.nullable(),
  /** The order whose lost answer it may be. */
  operation: z.object({ id: IdSchema, server: ServerBriefSchema, isUndecided: z.boolean() }).nullable(),
  /** Whose panel user owns it. */
  suggestedCustomer: z.object({ id: IdSchema, name: z.string(), email: z.string() }).nullable(),
  /** The row that it was adopted into. */
  server: ServerBriefSchema.extend({ lifecycle: LifecycleSchema }).nullable(),
  /** Its deletion is held on our side until then, or on its way since. */
  deletion: z.object({
    requestedAt: MomentSchema,
    dueAt: MomentSchema,
    /** It stands in front of a person, and does not begin by itself any more. */
    isHalted: z.boolean(),
  }).nullable(),
  reason: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: MomentSchema.nullable(),
  firstSeenAt: MomentSchema,
  lastSeenAt: MomentSchema,
})
export type Orphan = z.infer<typeof OrphanSchema>
export const OrphanListSchema = pageOf(OrphanSchema)

export const OrphanQuerySchema = PageQuerySchema.extend({
  state: OrphanStateSchema.optional(),
  ownerId: z.coerce.number().int().positive().max(MAX_INTEGER).optional(),
  /** A part of the name, a uuid, or the panel's number. */
  search: z.string().trim().max(100).optional(),
})
export type OrphanQuery = z.infer<typeof OrphanQuerySchema>

export const AdoptOrphanSchema = z.object({
  customerId: CustomerChoiceSchema,
  planId: PlanChoiceSchema,
  /** Else the name that it has at the panel. */
  name: ServerNameSchema.optional(),
})
export type AdoptOrphan = z.infer<typeof AdoptOrphanSchema>

export const IgnoreOrphanSchema = z.object({ reason: ReasonSchema })
export type IgnoreOrphan = z.infer<typeof IgnoreOrphanSchema>

export const DeleteOrphanSchema = z.object({
  /** The remote server's name or uuid, typed. */
  confirm: z.string().max(300),
  /** The plan that its record stands under: a deletion is an operation, and an operation needs a record. */
  planId: idOf('Choose a plan for the record.'),
  reason: ReasonSchema,
  delayMinutes: DeleteDelaySchema.default(0),
})
export type DeleteOrphan = z.infer<typeof DeleteOrphanSchema>

/** Servers at once. A host that moves in sends several requests. */
export const MOST_ADOPTED = 1_000
const LONGEST_CSV = 90_000

/** Three ways to say the same: a table as text, a selection for one customer, or single rows as a preview has named them. */
export const AdoptManySchema = z.union([
  z.object({ csv: z.string().trim().min(1, 'Paste or choose a table.').max(LONGEST_CSV, 'The table is too long. Split it.') }),
  z.object({ ids: z.array(IdSchema).min(1, 'Choose at least one server.').max(MOST_ADOPTED), customerId: CustomerChoiceSchema, planId: PlanChoiceSchema }),
  z.object({ rows: z.array(AdoptOrphanSchema.extend({ orphanId: IdSchema })).min(1).max(MOST_ADOPTED) }),
])
export type AdoptMany = z.infer<typeof AdoptManySchema>

/** What would happen to one line. Exactly one of `adopt` and `error` is set. */
export const AdoptPreviewRowSchema = z.object({
  /** Counted from 1; of a table, the line below its heading. */
  line: z.number().int(),
  virtfusionServerId: z.number().int().nullable(),
  virtfusionUuid: z.string().nullable(),
  adopt: z.object({
    orphanId: IdSchema,
    name: z.string(),
    customer: z.object({ id: IdSchema, name: z.string(), email: z.string() }),
    plan: z.object({ id: IdSchema, name: z.string() }),
  }).nullable(),
  error: z.string().nullable(),
  /** Worth knowing, no obstacle. */
  notes: z.array(z.string()),
})
export type AdoptPreviewRow = z.infer<typeof AdoptPreviewRowSchema>
export const AdoptPreviewSchema = z.object({ rows: z.array(AdoptPreviewRowSchema) })
export type AdoptPreview = z.infer<typeof AdoptPreviewSchema>

export const AdoptResultRowSchema = z.object({
  line: z.number().int(),
  virtfusionServerId: z.number().int().nullable(),
  name: z.string().nullable(),
  server: ServerBriefSchema.nullable(),
  error: z.string().nullable(),
})
export type AdoptResultRow = z.infer<typeof AdoptResultRowSchema>
export const AdoptResultSchema = z.object({ rows: z.array(AdoptResultRowSchema) })
export type AdoptResult = z.infer<typeof AdoptResultSchema>
