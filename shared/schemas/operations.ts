import { z } from '../zod.ts'
import { OPERATION_KINDS, OPERATION_STATES } from '../lifecycle/operations.ts'
import { ActorSchema, DiagnosisSchema, IdSchema, MomentSchema, PageQuerySchema, line, pageOf } from './common.ts'

export const OperationKindSchema = z.enum(OPERATION_KINDS)
export const OperationStateSchema = z.enum(OPERATION_STATES)

export const OperationSchema = z.object({
  id: IdSchema,
  kind: OperationKindSchema,
  state: OperationStateSchema,
  step: z.string(),
  attempt: z.number().int(),
  maxAttempts: z.number().int(),
  /** Percent, 0 to 100. */
  progress: z.number().int(),
  nextAttemptAt: MomentSchema.nullable(),
  diagnosis: DiagnosisSchema.nullable(),
  serverId: IdSchema,
  actor: ActorSchema,
  createdAt: MomentSchema,
  finishedAt: MomentSchema.nullable(),
})
export type Operation = z.infer<typeof OperationSchema>

/** One line of an operation's timeline, in words. */
export const OperationEventSchema = z.object({
  id: IdSchema,
  state: OperationStateSchema,
  step: z.string(),
  code: z.string(),
  text: z.string(),
  createdAt: MomentSchema,
})
export type OperationEvent = z.infer<typeof OperationEventSchema>

/** A remote server that may be the one that a create brought into being. */
export const CandidateSchema = z.object({
  virtfusionServerId: z.number().int(),
  virtfusionUuid: z.string(),
  name: z.string(),
  createdAt: MomentSchema.nullable(),
  memoryMb: z.number().int().nullable(),
  storageGb: z.number().int().nullable(),
  cpuCores: z.number().int().nullable(),
  ipv4: z.array(z.string()),
  /** Why it might not be the one; empty for a clean match. */
  differences: z.array(z.string()),
  canAdopt: z.boolean(),
})
export type Candidate = z.infer<typeof CandidateSchema>

export const ServerBriefSchema = z.object({ id: IdSchema, reference: z.string(), name: z.string() })

/** One operation, whole: with its steps, its timeline, and what a person can decide on. */
export const OperationDetailSchema = OperationSchema.extend({
  server: ServerBriefSchema.extend({ customer: z.object({ id: IdSchema, name: z.string() }) }),
  /** The steps in their order, for a progress list. */
  steps: z.array(z.object({ name: z.string(), label: z.string(), status: z.enum(['done', 'current', 'pending', 'failed']) })),
  events: z.array(OperationEventSchema),
  canRetry: z.boolean(),
  canCancel: z.boolean(),
  canResolve: z.boolean(),
  /** Only for a create in `needs_attention`: when it was sent, to which owner, what was there before, what may be it. */
  attention: z.object({
    sentAt: MomentSchema.nullable(),
    ownerId: z.number().int().nullable(),
    baseline: z.array(z.number().int()).nullable(),
    candidates: z.array(CandidateSchema),
    waitingBehind: z.number().int(),
  }).nullable(),
})
export type OperationDetail = z.infer<typeof OperationDetailSchema>

export const OperationListItemSchema = OperationSchema.extend({
  server: ServerBriefSchema,
})
export type OperationListItem = z.infer<typeof OperationListItemSchema>
export const OperationListSchema = pageOf(OperationListItemSchema)
export const OperationQuerySchema = PageQuerySchema.extend({
  serverId: IdSchema.optional(),
  state: OperationStateSchema.optional(),
  kind: OperationKindSchema.optional(),
})
export type OperationQuery = z.infer<typeof OperationQuerySchema>

/** A person's way out of a create whose effect is unknown. */
export const ResolveOperationSchema = z.object({
  decision: z.enum(['adopt', 'retry', 'abandon']),
  virtfusionServerId: z.number().int().positive().optional(),
  reason: line(300, 'Say why, for whoever reads this later.'),
}).refine((input) => input.decision !== 'adopt' || input.virtfusionServerId !== undefined, {
  path: ['virtfusionServerId'],
  message: 'Choose the server to adopt.',
})
export type ResolveOperation = z.infer<typeof ResolveOperationSchema>
