import { z } from '../zod.ts'
import { DiagnosisSchema, IdSchema, MomentSchema, ReasonSchema } from './common.ts'

/** By what Berth knows the panel again: a user that it keeps there, or the names of groups and packages. `none`: it has seen neither. */
export const IDENTITY_KINDS = ['witness', 'fingerprint', 'none'] as const

export const IdentitySchema = z.object({
  kind: z.enum(IDENTITY_KINDS),
  /** The token is known to show neither groups nor packages: only then `none` is for good. */
  isBlind: z.boolean().optional(),
  /** When it was last seen to be the same. */
  verifiedAt: MomentSchema.nullable(),
  /** Whether Berth may keep a witness user. Where it may and the kind is another one, it is still to be made. */
  keepsWitness: z.boolean(),
  witness: z.object({ userId: z.number().int(), counter: z.number().int() }).nullable(),
  /** Whether to suggest a witness: the connection works, nothing is known to stand against one, and nobody has declined it. */
  offersWitness: z.boolean(),
  isInSafeMode: z.boolean(),
})
export type Identity = z.infer<typeof IdentitySchema>

export const UpdateIdentitySchema = z.object({ keepsWitness: z.boolean() })

export const SafeModeSchema = z.object({
  /** Null while changes may be sent. */
  since: MomentSchema.nullable(),
  reason: DiagnosisSchema.nullable(),
  /** What was stored beside what is seen now. `isSame` is null where one of them is not known. */
  compared: z.array(z.object({ what: z.string(), stored: z.string().nullable(), seen: z.string().nullable(), isSame: z.boolean().nullable() })),
  /** Why the panel could not be asked; leaving is refused as long. */
  failure: DiagnosisSchema.nullable(),
  bound: z.object({ servers: z.number().int(), customers: z.number().int(), operations: z.number().int() }),
  /** The text to type before leaving: the panel's host. Null while no panel is set. */
  host: z.string().nullable(),
  /** Open operations are put in front of a person on leaving as the same panel: our database was put back, so they may have run already. */
  stopsOperations: z.boolean(),
})
export type SafeMode = z.infer<typeof SafeModeSchema>

export const DIFFERENCE_KINDS = ['same', 'missing', 'resurrected', 'owner_changed', 'uuid_differs', 'unknown'] as const
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number]

export const ComparedServerSchema = z.object({
  /** Null for a server at the panel that no row of ours points to. */
  serverId: IdSchema.nullable(),
  reference: z.string().nullable(),
  name: z.string(),
  virtfusionServerId: z.number().int(),
  ownerId: z.number().int().nullable(),
  remoteOwnerId: z.number().int().nullable(),
})
export type ComparedServer = z.infer<typeof ComparedServerSchema>

/** Every bound row against the panel's complete list. */
export const SafeModeReportSchema = z.object({
  madeAt: MomentSchema,
  /** Why there is no list to compare with: the token may not read it. */
  failure: DiagnosisSchema.nullable(),
  groups: z.array(z.object({ kind: z.enum(DIFFERENCE_KINDS), count: z.number().int(), items: z.array(ComparedServerSchema) })),
})
export type SafeModeReport = z.infer<typeof SafeModeReportSchema>

export const EnterSafeModeSchema = z.object({ reason: ReasonSchema })
export type EnterSafeMode = z.infer<typeof EnterSafeModeSchema>

export const LEAVE_DECISIONS = ['same_panel', 'new_panel'] as const
export const LeaveSafeModeSchema = z.object({
  decision: z.enum(LEAVE_DECISIONS),
  /** The panel's host, as the screen shows it. */
  confirm: z.string().trim().max(300),
  reason: ReasonSchema,
  /** `since` of the safe mode that was shown: what was decided about one says nothing about a later one. */
  since: MomentSchema.optional(),
})
export type LeaveSafeMode = z.infer<typeof LeaveSafeModeSchema>
