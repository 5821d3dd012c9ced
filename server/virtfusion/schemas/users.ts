import { z } from 'zod'
import { id, optionalBoolean, optionalInteger, optionalNumber, optionalText, optionalTime, text } from './values.ts'

/** A panel user. `id` owns servers; the one-time password of a new user does not leave the client. */
export const UserSchema = z.object({
  id,
  admin: optionalBoolean,
  extRelationId: optionalInteger,
  name: text,
  email: text,
  timezone: optionalText,
  suspended: optionalBoolean,
  twoFactorAuth: optionalBoolean,
  selfService: optionalInteger,
  created: optionalTime,
  updated: optionalTime,
})

export type VirtFusionUser = z.output<typeof UserSchema>

/** Wire form of a one-time sign-in; the resource turns it into a checked address. */
export const AuthenticationSchema = z.object({
  authentication: z.object({
    endpoint_complete: z.string().min(1),
    expiry: z.object({ ttl: optionalNumber, expires: optionalTime }).nullish(),
  }),
})
