import { z } from '../zod.ts'
import { InvitationLinkSchema } from './auth.ts'
import { IdSchema, MAX_INTEGER, MomentSchema, PageQuerySchema, ReasonSchema, idOf, pageOf } from './common.ts'
import { CreateCustomerSchema } from './customers.ts'
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

/** The customer of a line of a table whom Berth does not know yet. */
export const NewCustomerSchema = CreateCustomerSchema.pick({ name: true, email: true })
export type NewCustomer = z.infer<typeof NewCustomerSchema>

const PanelNumberSchema = z.number().int().min(1).max(MAX_INTEGER)

/** The panel's user that a preview has named as the owner of a line's server: this one the customer is linked to, and no other. */
export const OwnerLinkSchema = z.object({ virtfusionUserId: PanelNumberSchema, extRelationId: PanelNumberSchema })
export type OwnerLink = z.infer<typeof OwnerLinkSchema>

/** Who gets the server: a customer, or one who is made with the adoption. */
export const AdoptRowSchema = AdoptOrphanSchema.extend({
  orphanId: IdSchema,
  customerId: CustomerChoiceSchema.optional(),
  newCustomer: NewCustomerSchema.optional(),
  link: OwnerLinkSchema.optional(),
}).refine(({ customerId, newCustomer }) => (customerId === undefined) !== (newCustomer === undefined), { message: 'Name the customer who gets the server, or the one who is to be made: one of the two.', path: ['customerId'] })
export type AdoptRow = z.infer<typeof AdoptRowSchema>

/** Three ways to say the same: a table as text, a selection for one customer, or single rows as a preview has named them. */
export const AdoptManySchema = z.union([
  z.object({ csv: z.string().trim().min(1, 'Paste or choose a table.').max(LONGEST_CSV, 'The table is too long. Split it.') }),
  z.object({ ids: z.array(IdSchema).min(1, 'Choose at least one server.').max(MOST_ADOPTED), customerId: CustomerChoiceSchema, planId: PlanChoiceSchema }),
  z.object({
    rows: z.array(AdoptRowSchema).min(1).max(MOST_ADOPTED),
    /** Of a preview: the panel is asked as well whether each customer can be linked to the owner. That takes a read or two a line. */
    withLinks: z.boolean().optional(),
  }),
])
export type AdoptMany = z.infer<typeof AdoptManySchema>

/** Whether a line's customer can be linked to the panel's user that owns the server: then `owner` is that user. Otherwise `refusal` says why not. */
export const AdoptLinkSchema = z.object({ owner: OwnerLinkSchema.nullable(), refusal: z.string().nullable() })
export type AdoptLink = z.infer<typeof AdoptLinkSchema>

/** A line of a table as it was typed; empty where the column is missing. */
export const TypedLineSchema = z.object({ virtfusionServerId: z.string(), uuid: z.string(), customerEmail: z.string(), customerName: z.string(), plan: z.string(), name: z.string() })
export type TypedLine = z.infer<typeof TypedLineSchema>

/** What would happen to one line. Exactly one of `adopt` and `error` is set. */
export const AdoptPreviewRowSchema = z.object({
  /** Counted from 1; of a table, the line below its heading. */
  line: z.number().int(),
  virtfusionServerId: z.number().int().nullable(),
  virtfusionUuid: z.string().nullable(),
  adopt: z.object({
    orphanId: IdSchema,
    name: z.string(),
    /** Without an id: is made with the adoption. */
    customer: z.object({ id: IdSchema.nullable(), name: z.string(), email: z.string() }),
    plan: z.object({ id: IdSchema, name: z.string() }),
    /** The panel's user that owns it, as the last sweep has seen. */
    virtfusionOwnerId: z.number().int().nullable().optional(),
    /** Absent where only the panel can tell, and was not asked. */
    link: AdoptLinkSchema.optional(),
  }).nullable(),
  /** Of a table. */
  typed: TypedLineSchema.optional(),
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
  /** Who was made with this line. The link is in this answer and nowhere else. */
  newCustomer: z.object({ id: IdSchema, name: z.string(), email: z.string(), invitation: InvitationLinkSchema.nullable() }).optional(),
  /** What came of the link that the line asked for. */
  link: z.object({ error: z.string().nullable() }).optional(),
})
export type AdoptResultRow = z.infer<typeof AdoptResultRowSchema>
export const AdoptResultSchema = z.object({ rows: z.array(AdoptResultRowSchema) })
export type AdoptResult = z.infer<typeof AdoptResultSchema>
