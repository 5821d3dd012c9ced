import { z } from '../zod.ts'
import { IdParamsSchema, IdSchema, MomentSchema, PageQuerySchema, RoleSchema, line, pageOf } from './common.ts'

export const EmailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email('Enter an e-mail address, for example name@example.com.'))

/** Length is what makes a password strong; no composition rules. */
export const PasswordSchema = z.string()
  .min(12, 'Use at least 12 characters.')
  .max(256, 'Use at most 256 characters.')

export const SignInSchema = z.object({
  email: EmailSchema,
  password: z.string().min(1, 'Enter your password.').max(256),
})
export type SignIn = z.infer<typeof SignInSchema>

export const PersonSchema = z.object({
  id: IdSchema,
  name: z.string(),
  email: z.string(),
  role: RoleSchema,
})
export type Person = z.infer<typeof PersonSchema>

export const CurrentSessionSchema = z.object({
  user: PersonSchema,
  session: z.object({ id: IdSchema, expiresAt: MomentSchema }),
})
export type CurrentSession = z.infer<typeof CurrentSessionSchema>

/** `null` stands for: nobody is signed in. */
export const GetSessionResponseSchema = CurrentSessionSchema.nullable()

export const OkSchema = z.object({ ok: z.literal(true) })

export const SetupStateSchema = z.object({ isNeeded: z.boolean() })

/** The first admin, made with the one-time code from the log of the process. */
export const SetupSchema = z.object({
  code: z.string().trim().min(1, 'Enter the code from the log.').max(200),
  name: line(100),
  email: EmailSchema,
  password: PasswordSchema,
})
export type Setup = z.infer<typeof SetupSchema>

export const InvitationTokenParamsSchema = z.object({ token: z.string().min(20).max(100) })
export const InvitationSchema = z.object({ name: z.string(), email: z.string(), expiresAt: MomentSchema, isReset: z.boolean() })
export const AcceptInvitationSchema = z.object({ password: PasswordSchema })
export type AcceptInvitation = z.infer<typeof AcceptInvitationSchema>

/** A link that is shown once, to copy. */
export const InvitationLinkSchema = z.object({ url: z.string(), expiresAt: MomentSchema })
export type InvitationLink = z.infer<typeof InvitationLinkSchema>

export const UpdateAccountSchema = z.object({ name: line(100) })
export type UpdateAccount = z.infer<typeof UpdateAccountSchema>

export const ChangePasswordSchema = z.object({
  currentPassword: z.string().min(1, 'Enter your current password.').max(256),
  newPassword: PasswordSchema,
})
export type ChangePassword = z.infer<typeof ChangePasswordSchema>

export const SessionSchema = z.object({
  id: IdSchema,
  isCurrent: z.boolean(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: MomentSchema,
  lastSeenAt: MomentSchema,
})
export type SessionItem = z.infer<typeof SessionSchema>
export const SessionListSchema = pageOf(SessionSchema)
export const SessionQuerySchema = PageQuerySchema
export const SessionParamsSchema = IdParamsSchema
