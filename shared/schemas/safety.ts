import { HARM_KINDS } from '../lifecycle/harm.ts'
import { z } from '../zod.ts'
import { ActorSchema, IdSchema, MomentSchema, ReasonSchema } from './common.ts'
import { SafetySettingsSchema } from './engine-settings.ts'
import { ServerBriefSchema } from './operations.ts'

export const SafetySettingsAnswerSchema = SafetySettingsSchema.extend({
  /** Servers at the panel now, for an example beside the limits. */
  fleet: z.number().int(),
  /** Servers that run at the panel although they are to be suspended: "Suspend it again" would begin with them. */
  liftedSuspensions: z.number().int(),
  updatedAt: MomentSchema.nullable(),
  updatedBy: z.string().nullable(),
  version: z.number().int(),
})
export type SafetySettingsAnswer = z.infer<typeof SafetySettingsAnswerSchema>

/** What is left out stays. No defaults here: an absent field must not reset what was saved. */
export const UpdateSafetySettingsSchema = z.object({
  suspensionPolicy: SafetySettingsSchema.shape.suspensionPolicy.unwrap().optional(),
  harmPerHour: SafetySettingsSchema.shape.harmPerHour.unwrap().optional(),
  harmPercentPerHour: SafetySettingsSchema.shape.harmPercentPerHour.unwrap().optional(),
  /** The version that the form was loaded with: a change that somebody else saved meanwhile is then not lost. */
  version: z.number().int().min(0).optional(),
})
export type UpdateSafetySettings = z.infer<typeof UpdateSafetySettingsSchema>

/** As many held operations as one list shows, and one decision takes. */
export const HELD_LIST_LIMIT = 500

export const HeldOperationSchema = z.object({
  id: IdSchema,
  kind: z.enum(HARM_KINDS),
  server: ServerBriefSchema.extend({ customer: z.object({ id: IdSchema, name: z.string() }) }),
  actor: ActorSchema,
  /** Why it was asked for, in words. */
  cause: z.string(),
  askedAt: MomentSchema,
  /** What else it waits for, in words; null where it is this decision alone. */
  alsoWaitsFor: z.string().nullable(),
})
export type HeldOperation = z.infer<typeof HeldOperationSchema>

const HarmCountSchema = z.object({
  /** Let through in the hour before. */
  counted: z.number().int(),
  allowed: z.number().int(),
  fleet: z.number().int(),
})

export const HarmAlarmSchema = HarmCountSchema.extend({ id: IdSchema, createdAt: MomentSchema })

export const DecidedAlarmSchema = HarmAlarmSchema.extend({
  decision: z.enum(['confirmed', 'cancelled']),
  reason: z.string(),
  decidedBy: z.string(),
  decidedAt: MomentSchema,
})
export type DecidedAlarm = z.infer<typeof DecidedAlarmSchema>

export const OpenAlarmSchema = HarmAlarmSchema.extend({
  /** The oldest ones; `heldCount` tells how many there are. */
  held: z.array(HeldOperationSchema),
  heldCount: z.number().int(),
})
export type OpenAlarm = z.infer<typeof OpenAlarmSchema>

export const SafetySchema = z.object({
  alarm: OpenAlarmSchema.nullable(),
  lastHour: HarmCountSchema,
  /** Newest first, the last twenty. */
  decided: z.array(DecidedAlarmSchema),
})
export type Safety = z.infer<typeof SafetySchema>

/** For the banner: whether somebody has to decide. */
export const AlarmBriefSchema = z.object({
  alarm: z.object({ id: IdSchema, createdAt: MomentSchema, heldCount: z.number().int() }).nullable(),
})
export type AlarmBrief = z.infer<typeof AlarmBriefSchema>

/** A decision about the operations that were listed and seen; none is named only when none is left. */
export const DecideAlarmSchema = z.object({
  operationIds: z.array(IdSchema).max(HELD_LIST_LIMIT, `At most ${HELD_LIST_LIMIT} at once.`),
  reason: ReasonSchema,
})
export type DecideAlarm = z.infer<typeof DecideAlarmSchema>

export const AlarmDecisionSchema = z.object({
  done: z.array(IdSchema),
  /** What moved on before the decision came, each with a sentence. */
  refused: z.array(z.object({ operationId: IdSchema, reason: z.string() })),
  /** The alarm is over; false while others wait for a decision. */
  isOver: z.boolean(),
})
export type AlarmDecision = z.infer<typeof AlarmDecisionSchema>
