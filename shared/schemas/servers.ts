import { z } from '../zod.ts'
import { LIFECYCLES, POWER_STATES, SERVER_STATES } from '../lifecycle/servers.ts'
import { ActorSchema, DiagnosisSchema, IdSchema, MomentSchema, PageQuerySchema, idOf, line, pageOf, panelId } from './common.ts'
import { OverridesSchema } from './features.ts'
import { OperationDetailSchema, OperationSchema, OperationStepSchema } from './operations.ts'

export const HostnameSchema = z.string().trim().toLowerCase().max(253, 'At most 253 characters.')
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/, 'Use letters, digits, dashes and dots, for example web-1.example.com.')

/** Characters of a label that the panel takes. */
export const LONGEST_SERVER_NAME = 63
export const ServerNameSchema = line(LONGEST_SERVER_NAME)

export const CustomerChoiceSchema = idOf('Choose the customer who gets the server.')
export const PlanChoiceSchema = idOf('Choose a plan.')
const OperatingSystemIdSchema = panelId('Choose an operating system, or type its template id.')

export const CreateServerSchema = z.object({
  customerId: CustomerChoiceSchema,
  planId: PlanChoiceSchema,
  name: ServerNameSchema.optional(),
  hostname: HostnameSchema.optional(),
  operatingSystemId: OperatingSystemIdSchema.optional(),
  overrides: OverridesSchema.optional(),
})
export type CreateServer = z.infer<typeof CreateServerSchema>

export const LifecycleSchema = z.enum(LIFECYCLES)
export const PowerSchema = z.enum(POWER_STATES)
export const FreshnessSchema = z.enum(['live', 'stale', 'unknown'])

/** Who counts the delay of a deletion: Berth, where it can be called off until it is due, or the panel, where it can't, and which deletes also while Berth is down. */
const DeletionHolderSchema = z.enum(['berth', 'panel'])
export type DeletionHolder = z.infer<typeof DeletionHolderSchema>

const ServerBaseSchema = z.object({
  id: IdSchema,
  reference: z.string(),
  name: z.string(),
  hostname: z.string().nullable(),
  lifecycle: LifecycleSchema,
  /** As read within the sweep's time; else `unknown`. Not every read tells it, so it can be older than `observedAt`. */
  power: PowerSchema,
  /** As last read, however long ago; null when it never was. */
  lastPower: z.object({ power: PowerSchema, at: MomentSchema }).nullable(),
  /** `live`: read within the sweep's time; `stale`: the last observation is older; `unknown`: never read. */
  freshness: FreshnessSchema,
  observedAt: MomentSchema.nullable(),
  ipv4: z.array(z.string()),
  ipv6: z.array(z.string()),
  resources: z.object({
    memoryMb: z.number().int().nullable(),
    storageGb: z.number().int().nullable(),
    /** 0 is unlimited. */
    trafficGb: z.number().int().nullable(),
    cpuCores: z.number().int().nullable(),
  }),
  operatingSystem: z.object({ id: z.number().int().nullable(), name: z.string().nullable() }).nullable(),
  deletion: z.object({ requestedAt: MomentSchema, dueAt: MomentSchema }).nullable(),
  createdAt: MomentSchema,
})

export const SuspensionSchema = z.object({
  since: MomentSchema,
  reason: z.string().nullable(),
  by: ActorSchema.nullable(),
})

export const AdminServerSchema = ServerBaseSchema.extend({
  suspension: SuspensionSchema.nullable(),
  deletion: ServerBaseSchema.shape.deletion.unwrap().extend({ heldBy: DeletionHolderSchema }).nullable(),
  isSample: z.boolean(),
  /** Berth refuses to delete or rebuild it. */
  isProtected: z.boolean(),
  /** Set when the panel twice answered that the server does not exist. */
  vanishedAt: MomentSchema.nullable(),
  plan: z.object({ id: IdSchema, name: z.string() }),
  customer: z.object({ id: IdSchema, name: z.string(), email: z.string() }),
  virtfusionServerId: z.number().int().nullable(),
  virtfusionUuid: z.string().nullable(),
  virtfusionOwnerId: z.number().int().nullable(),
  /** The operation that is under way or needs somebody; else the last one that failed, else null. */
  operation: OperationSchema.nullable(),
})
export type AdminServer = z.infer<typeof AdminServerSchema>

/** What a customer may know of an operation: nothing of the panel and its settings, no names of staff, and how an order is sent only as `send`. */
export const CustomerOperationSchema = OperationSchema.pick({
  id: true, kind: true, state: true, step: true, attempt: true, maxAttempts: true, progress: true, nextAttemptAt: true, serverId: true, createdAt: true, finishedAt: true,
}).extend({
  /** In words for customers, where there is something for them to know or do; the panel's own reasons are for staff. */
  diagnosis: DiagnosisSchema.pick({ code: true, title: true, cause: true, fix: true }).nullable(),
  /** The customer by name; staff as such, without one. */
  actor: z.object({ kind: z.enum(['customer', 'staff', 'system']), name: z.string().nullable() }),
  stepLabel: z.string(),
  /** The steps in their order, for a progress list. */
  steps: z.array(OperationStepSchema),
})
export type CustomerOperation = z.infer<typeof CustomerOperationSchema>

export const CustomerServerSchema = ServerBaseSchema.extend({
  suspension: z.object({ since: MomentSchema, reason: z.string().nullable() }).nullable(),
  /** Something is wrong with it that its host has to look at. */
  isMissing: z.boolean(),
  /** False where the sign-in at the panel would be refused, as far as that is known without asking it. */
  canSignInAtPanel: z.boolean(),
  plan: z.object({ name: z.string() }),
  operation: CustomerOperationSchema.nullable(),
})
export type CustomerServer = z.infer<typeof CustomerServerSchema>

export const AdminServerListSchema = pageOf(AdminServerSchema)
export const CustomerServerListSchema = pageOf(CustomerServerSchema)

/** The filters of the admin's list. `state` is the word that the status chip shows. */
export const AdminServerQuerySchema = PageQuerySchema.extend({
  search: z.string().trim().max(100).optional(),
  state: z.enum(SERVER_STATES).optional(),
  customerId: IdSchema.optional(),
  planId: IdSchema.optional(),
})
export type AdminServerQuery = z.infer<typeof AdminServerQuerySchema>

export const UpdateServerSchema = z.object({ name: ServerNameSchema })
export type UpdateServer = z.infer<typeof UpdateServerSchema>

export const UpdateAdminServerSchema = UpdateServerSchema.partial().extend({ isProtected: z.boolean().optional() })
  .refine(({ name, isProtected }) => name !== undefined || isProtected !== undefined, 'Say what to change: name or isProtected.')
export type UpdateAdminServer = z.infer<typeof UpdateAdminServerSchema>

export const SuspendServerSchema = z.object({ reason: z.string().trim().max(300, 'At most 300 characters.').optional() })
export type SuspendServer = z.infer<typeof SuspendServerSchema>

export const POWER_ACTIONS = ['boot', 'shutdown', 'restart', 'poweroff'] as const
export const PowerServerSchema = z.object({ action: z.enum(POWER_ACTIONS) })
export type PowerServer = z.infer<typeof PowerServerSchema>

/** `confirm` is the server's name or reference: the disk is erased. Without a template the one that the server has is installed anew, else its plan's. */
export const RebuildServerSchema = z.object({
  operatingSystemId: OperatingSystemIdSchema.optional(),
  confirm: z.string().trim().max(100),
})
export type RebuildServer = z.infer<typeof RebuildServerSchema>

/** The longest delay of a deletion, in minutes (about 30 days). */
export const MAX_DELETE_DELAY_MINUTES = 43_800
/** Newer panels stop one minute earlier. */
export const MAX_PANEL_DELAY_MINUTES = 43_799
const DELAY_SENTENCE = 'Give a whole number of minutes, 0 for at once.'
/** How long a deletion is held. */
export const DeleteDelaySchema = z.number({ error: DELAY_SENTENCE }).int(DELAY_SENTENCE).min(0, DELAY_SENTENCE).max(MAX_DELETE_DELAY_MINUTES, `At most ${MAX_DELETE_DELAY_MINUTES} minutes (about 30 days).`)
export const DeleteServerSchema = z.object({
  delayMinutes: DeleteDelaySchema.default(0),
  /** Berth, unless it is said. */
  heldBy: DeletionHolderSchema.optional(),
  confirm: z.string().trim().max(100),
}).refine(({ delayMinutes, heldBy }) => heldBy !== 'panel' || delayMinutes > 0, { path: ['delayMinutes'], message: 'The panel holds a deletion for at least one minute.' })
export type DeleteServer = z.infer<typeof DeleteServerSchema>

/** A copy that the panel keeps of a server's disks. */
export const BackupSchema = z.object({
  id: z.number().int(),
  createdAt: MomentSchema.nullable(),
  isComplete: z.boolean(),
  storage: z.string().nullable(),
})
export type Backup = z.infer<typeof BackupSchema>

/** What goes with a server. What could not be read is said to be unknown, with the reason. */
export const DeletionPreviewSchema = z.object({
  ipv4: z.array(z.string()),
  ipv6: z.array(z.string()),
  storageGb: z.number().int().nullable(),
  backups: z.discriminatedUnion('known', [
    z.object({ known: z.literal(true), items: z.array(BackupSchema) }),
    z.object({ known: z.literal(false), reason: z.string() }),
  ]),
  /** Null where the panel was never read, or does not tell. */
  isProtectedAtPanel: z.boolean().nullable(),
})
export type DeletionPreview = z.infer<typeof DeletionPreviewSchema>

export const AcceptedSchema = z.object({ operation: OperationSchema, server: AdminServerSchema })
export type Accepted = z.infer<typeof AcceptedSchema>
/** The answer to a decision about an operation: the form of every change that needs the panel, and the operation whole beside it. */
export const AcceptedDecisionSchema = OperationDetailSchema.extend(AcceptedSchema.shape)
export type AcceptedDecision = z.infer<typeof AcceptedDecisionSchema>
export const CustomerAcceptedSchema = z.object({ operation: CustomerOperationSchema, server: CustomerServerSchema })
export type CustomerAccepted = z.infer<typeof CustomerAcceptedSchema>

export const PanelLoginSchema = z.object({ url: z.string() })

/** Whose password it is inside the server. `isSet` is false while the panel has not said that it is in force. */
export const NewPasswordSchema = z.object({ user: z.enum(['root', 'Administrator']), password: z.string(), isSet: z.boolean() })
export type NewPassword = z.infer<typeof NewPasswordSchema>

/** What a server has used in the panel's current period, whose last second is `to`. What the panel does not tell is null, never zero. */
export const TrafficSchema = z.object({
  period: z.object({ from: MomentSchema, to: MomentSchema }).nullable(),
  usedBytes: z.number().nonnegative().nullable(),
  receivedBytes: z.number().nonnegative().nullable(),
  sentBytes: z.number().nonnegative().nullable(),
  /** With what was added for this period; null where it is not metered. */
  limitGb: z.number().positive().nullable(),
  readAt: MomentSchema,
})
export type Traffic = z.infer<typeof TrafficSchema>

/** What happened to a server, in the words of the person it is shown to. */
export const ActivitySchema = z.object({
  id: IdSchema,
  kind: z.string(),
  state: z.string(),
  text: z.string(),
  createdAt: MomentSchema,
  finishedAt: MomentSchema.nullable(),
})
export type Activity = z.infer<typeof ActivitySchema>
export const ActivityListSchema = pageOf(ActivitySchema)
