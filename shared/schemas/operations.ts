import { z } from '../zod.ts'
import { OPERATION_KINDS, OPERATION_STATES } from '../lifecycle/operations.ts'
import { CALL_EFFECTS, LOG_OUTCOMES } from './provisioning-logs.ts'
import { ActorSchema, DiagnosisSchema, IdSchema, MomentSchema, PageQuerySchema, ReasonSchema, pageOf, panelId } from './common.ts'

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

/** One way in which a remote server is not what was ordered. */
export const DifferenceSchema = z.object({
  code: z.string(),
  expected: z.union([z.string(), z.number()]).nullable(),
  actual: z.union([z.string(), z.number()]).nullable(),
  text: z.string(),
})
export type Difference = z.infer<typeof DifferenceSchema>

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
  differences: z.array(DifferenceSchema),
  canAdopt: z.boolean(),
  /** Why it can't be adopted, in a sentence; null when it can. */
  refusal: z.string().nullable(),
})
export type Candidate = z.infer<typeof CandidateSchema>

/** A server that the owner has at the panel now. */
export const OwnedServerSchema = CandidateSchema.extend({
  /** Not among those that the owner had before the order was sent. */
  isNew: z.boolean(),
  /** The server of ours that it stands for already. */
  boundTo: z.object({ serverId: IdSchema, reference: z.string() }).nullable(),
})
export type OwnedServer = z.infer<typeof OwnedServerSchema>

/** What the ordered server must look like. A size that is null is the package's, or could not be read. */
export const ExpectedServerSchema = z.object({
  ownerId: z.number().int().nullable(),
  groupId: z.number().int(),
  memoryMb: z.number().int().nullable(),
  storageGb: z.number().int().nullable(),
  cpuCores: z.number().int().nullable(),
  /** By the panel's own clock. */
  bornAfter: MomentSchema.nullable(),
})
export type ExpectedServer = z.infer<typeof ExpectedServerSchema>

/** A person's look at the panel: what the owner has there at this moment. `now` is null where it could not be read, and the diagnosis says why. */
export const OperationLookSchema = z.object({
  now: z.object({ readAt: MomentSchema, servers: z.array(OwnedServerSchema) }).nullable(),
  expected: ExpectedServerSchema.nullable(),
  diagnosis: DiagnosisSchema.nullable(),
  /** Why trying again is refused as things stand; null when it is possible. */
  retryRefusal: z.string().nullable(),
})
export type OperationLook = z.infer<typeof OperationLookSchema>

/** One create call of an order: what was sent and what came back, as stored. */
export const CreateCallSchema = z.object({
  logId: IdSchema,
  at: MomentSchema,
  method: z.string(),
  path: z.string(),
  requestBody: z.unknown(),
  responseBody: z.unknown(),
  httpStatus: z.number().int().nullable(),
  outcome: z.enum(LOG_OUTCOMES),
  effect: z.enum(CALL_EFFECTS),
  durationMs: z.number().int().nullable(),
  message: z.string().nullable(),
  completedAt: MomentSchema.nullable(),
})
export type CreateCall = z.infer<typeof CreateCallSchema>

/** An order that can't go on before another one is decided. */
export const WaitingOrderSchema = z.object({
  operationId: IdSchema,
  server: z.object({ id: IdSchema, reference: z.string(), name: z.string() }),
  customer: z.object({ id: IdSchema, name: z.string() }),
  since: MomentSchema,
})
export type WaitingOrder = z.infer<typeof WaitingOrderSchema>

/** A fact behind a standstill, side by side. */
export const EvidenceSchema = z.object({ label: z.string(), expected: z.string(), found: z.string() })
export type Evidence = z.infer<typeof EvidenceSchema>

export const ServerBriefSchema = z.object({ id: IdSchema, reference: z.string(), name: z.string() })

export const OperationStepSchema = z.object({ name: z.string(), label: z.string(), status: z.enum(['done', 'current', 'pending', 'failed']) })
export type OperationStep = z.infer<typeof OperationStepSchema>

/** One operation, whole: with its steps, its timeline, and what a person can decide on. */
export const OperationDetailSchema = OperationSchema.extend({
  server: ServerBriefSchema.extend({ customer: z.object({ id: IdSchema, name: z.string() }) }),
  /** The steps in their order, for a progress list. */
  steps: z.array(OperationStepSchema),
  events: z.array(OperationEventSchema),
  canRetry: z.boolean(),
  canCancel: z.boolean(),
  canResolve: z.boolean(),
  /** Why it can't be tried again or called off, in a sentence; null when it can. */
  retryRefusal: z.string().nullable(),
  cancelRefusal: z.string().nullable(),
  /** What was expected and what was found, for one that stands in front of a person. */
  evidence: z.array(EvidenceSchema),
  /** Only for a create that a person has to decide on. */
  attention: z.object({
    sentAt: MomentSchema.nullable(),
    ownerId: z.number().int().nullable(),
    /** Where that owner is a throw-away user made for this order: whose the server is to be. */
    recipientId: z.number().int().nullable(),
    /** Ids that the owner had before the order was sent; null where they could not be listed. */
    baseline: z.array(z.number().int()).nullable(),
    expected: ExpectedServerSchema.nullable(),
    /** All create calls of this order, newest first. */
    sent: z.array(CreateCallSchema),
    /** How often Berth looked for the server before it asked. */
    looks: z.number().int(),
    /** Since when it waits for a person: the moment of Berth's last look. */
    askedAt: MomentSchema.nullable(),
    /** What that look found. */
    candidates: z.array(CandidateSchema),
    waitingBehind: z.object({
      count: z.number().int(),
      /** The oldest 20. */
      orders: z.array(WaitingOrderSchema),
    }),
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

/** Why an operation that stands in front of a person is tried again, or given up. Screens ask for it there; the routes take a request without it. */
export const OperationReasonSchema = z.object({ reason: ReasonSchema })

/** A person's way out of a create whose effect is unknown. */
export const ResolveOperationSchema = z.object({
  decision: z.enum(['adopt', 'retry', 'abandon']),
  virtfusionServerId: panelId('Choose the server to adopt.').optional(),
  reason: ReasonSchema,
}).refine((input) => input.decision !== 'adopt' || input.virtfusionServerId !== undefined, {
  path: ['virtfusionServerId'],
  message: 'Choose the server to adopt.',
})
export type ResolveOperation = z.infer<typeof ResolveOperationSchema>
