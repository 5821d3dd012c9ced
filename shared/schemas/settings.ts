import { z } from '../zod.ts'
import { DiagnosisSchema, IdSchema, MomentSchema } from './common.ts'

/** Who owns new servers at the panel: the plan's one account, or one VirtFusion user per customer. */
export const OWNER_MODES = ['plan', 'customer'] as const
export const OwnerModeSchema = z.enum(OWNER_MODES)
export type OwnerMode = z.infer<typeof OwnerModeSchema>

/** Where a value comes from; `none` means that nothing is set. */
export const SETTING_SOURCES = ['saved', 'environment', 'none'] as const
export const SettingSourceSchema = z.enum(SETTING_SOURCES)

export const CAPABILITY_STATES = ['allowed', 'forbidden', 'missing', 'unknown'] as const
export const CapabilitySchema = z.object({
  ability: z.string(),
  operation: z.string(),
  state: z.enum(CAPABILITY_STATES),
  neededBy: z.string(),
  seenAt: MomentSchema.nullable().optional(),
})
export type Capability = z.infer<typeof CapabilitySchema>
/** One page: there are as many as Berth uses abilities. */
export const CapabilityListSchema = z.object({ items: z.array(CapabilitySchema), nextCursor: z.null() })
export type CapabilityList = z.infer<typeof CapabilityListSchema>

/** Whether the features in use fail without an ability, know less without it, or have nothing to do with it. */
export const ABILITY_NEEDS = ['required', 'useful', 'unused'] as const
export type AbilityNeed = (typeof ABILITY_NEEDS)[number]
export const JudgedCapabilitySchema = CapabilitySchema.extend({ need: z.enum(ABILITY_NEEDS) })
export type JudgedCapability = z.infer<typeof JudgedCapabilitySchema>

export const ConnectionTestSchema = z.object({
  ok: z.boolean(),
  message: z.string(),
  version: z.string().nullable(),
  latencyMs: z.number().int().nullable(),
  capabilities: z.array(CapabilitySchema),
  /** Whole days until the panel's certificate runs out; null without TLS. */
  certificateDaysLeft: z.number().int().nullable().optional(),
  /** What works, but not for long. */
  warnings: z.array(DiagnosisSchema).optional(),
  diagnosis: DiagnosisSchema.optional(),
})
export type ConnectionTest = z.infer<typeof ConnectionTestSchema>

/** What an admin types: checked closer on the server, where the environment decides whether http is allowed. */
export const ApiUrlSchema = z.string().trim().min(1, 'Enter the address of the panel, for example https://cp.example.com.').max(500)
export const TokenSchema = z.string().trim().min(1, 'Enter the API token.').max(4000)
  .regex(/^[\x21-\x7e]+$/, 'The token holds a space or a character that no token has. Copy it again.')

/** A private authority; an empty text takes it away like null. Whether it reads as certificates is checked on the server. */
export const CaPemSchema = z.string().max(100_000, 'This is too long for a certificate authority. Paste only its certificates.')
  .transform((pem) => pem.trim() || null).nullable()

export const UpdateVirtfusionSettingsSchema = z.object({
  apiUrl: ApiUrlSchema.optional(),
  token: TokenSchema.optional(),
  caPem: CaPemSchema.optional(),
  ownerMode: OwnerModeSchema.optional(),
  /** The version that the form was loaded with: a change that somebody else saved meanwhile is then not lost. */
  version: z.number().int().min(0).optional(),
})
export type UpdateVirtfusionSettings = z.infer<typeof UpdateVirtfusionSettingsSchema>

export const TestConnectionSchema = z.object({
  apiUrl: ApiUrlSchema.optional(),
  token: TokenSchema.optional(),
  caPem: CaPemSchema.optional(),
})
export type TestConnection = z.infer<typeof TestConnectionSchema>

export const VirtfusionSettingsSchema = z.object({
  apiUrl: z.string().nullable(),
  apiUrlSource: SettingSourceSchema,
  tokenIsSet: z.boolean(),
  /** The last four characters. */
  tokenHint: z.string().nullable(),
  tokenSource: SettingSourceSchema,
  /** True when a token is stored that the present APP_SECRET does not open: it has to be entered again. */
  isTokenUnreadable: z.boolean(),
  /** The saved private authority, as it was typed: certificates are no secret. */
  caPem: z.string().nullable().optional(),
  ownerMode: OwnerModeSchema,
  /** True where the environment has both an address and a token to go back to. */
  hasEnvironment: z.boolean(),
  /** `isInForce`: address, token and authority are the ones in force now, whether they were then or have been saved since. */
  lastTest: ConnectionTestSchema.extend({ testedAt: MomentSchema, testedBy: z.string(), apiUrl: z.string(), isInForce: z.boolean() }).nullable(),
  capabilities: z.array(JudgedCapabilitySchema),
  updatedAt: MomentSchema.nullable(),
  updatedBy: z.string().nullable(),
  version: z.number().int(),
})
export type VirtfusionSettings = z.infer<typeof VirtfusionSettingsSchema>

/** Where the panel may report events, and whether it may at all. The secret itself is shown once, when it is made. */
export const WebhookSchema = z.object({
  isSet: z.boolean(),
  /** The last four characters of the secret. */
  hint: z.string().nullable(),
  /** The address for the panel; null where PUBLIC_URL is not set, then it is the one in the browser. */
  url: z.string().nullable(),
  changedAt: MomentSchema.nullable(),
})
export type Webhook = z.infer<typeof WebhookSchema>

export const MadeWebhookSchema = WebhookSchema.extend({ secret: z.string() })
export type MadeWebhook = z.infer<typeof MadeWebhookSchema>

/** Something about how Berth runs that decides how safe it is, in words. */
export const SecurityFactSchema = z.object({
  code: z.string(),
  title: z.string(),
  value: z.string(),
  /** The variable that decides it; null where none does. */
  variable: z.string().nullable(),
  level: z.enum(['ok', 'warning']),
  /** What to do, or to keep in mind; never null for a warning. */
  advice: z.string().nullable(),
})
export type SecurityFact = z.infer<typeof SecurityFactSchema>

/** An admin, and in how many browsers he is signed in now. */
export const AdminSessionsSchema = z.object({
  id: IdSchema,
  name: z.string(),
  email: z.string(),
  isYou: z.boolean(),
  sessions: z.number().int(),
  /** Null for somebody who never signed in. */
  lastSignInAt: MomentSchema.nullable(),
})
export type AdminSessions = z.infer<typeof AdminSessionsSchema>

export const SecuritySchema = z.object({ facts: z.array(SecurityFactSchema), admins: z.array(AdminSessionsSchema) })
export type Security = z.infer<typeof SecuritySchema>

/** How many browsers were signed out. */
export const SignedOutSchema = z.object({ ended: z.number().int() })
export type SignedOut = z.infer<typeof SignedOutSchema>

export const AboutSchema = z.object({
  version: z.string(),
  licence: z.string(),
  nodeVersion: z.string(),
  databaseVersion: z.string(),
  /** As the panel last named it; null when it has not been asked or does not tell. */
  panelVersion: z.string().nullable(),
  isDemo: z.boolean(),
})
export type About = z.infer<typeof AboutSchema>
