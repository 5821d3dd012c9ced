import { z } from '../zod.ts'
import { MomentSchema } from './common.ts'

/** Shorter than this, a request that a proxy still holds could be answered twice. */
export const SHORTEST_SEND_AGAIN_MINUTES = 15

/** `direct`: the server belongs to its owner from the start. `escrow`: to a throw-away user until it is bound. */
export const CreateModeSchema = z.enum(['direct', 'escrow'])

/** What an admin has chosen and what new orders go by; `hold` says why they differ. */
export const CreateModeStateSchema = z.object({
  chosen: CreateModeSchema,
  inForce: CreateModeSchema,
  hold: z.enum(['not_passed', 'connection_changed']).nullable(),
})
export type CreateModeState = z.infer<typeof CreateModeStateSchema>

/** How orders are sent, per connection. */
export const CreateSettingsSchema = z.object({
  /** What an admin has chosen. `escrow` is in force only while the probe has passed on this very connection. */
  mode: CreateModeSchema.default('direct'),
  /** When an order with unknown effect is not found by the horizon: ask a person, or send it again after `sendAgainMinutes`. */
  whenNotFound: z.enum(['ask', 'send_again']).default('ask'),
  /** Since the lost request was sent. A request that lives longer than this at a proxy or the panel can make a second server. */
  sendAgainMinutes: z.number({ error: 'Enter a number of minutes.' }).int('Enter whole minutes.')
    .min(SHORTEST_SEND_AGAIN_MINUTES, `At least ${SHORTEST_SEND_AGAIN_MINUTES} minutes: requests can be held up that long.`).max(1440, 'At most a day (1440 minutes).').default(60),
  /** Since when Berth asks again by itself, because the panel is another one than it was told to send again at; null once an admin has saved since. */
  sendAgainEndedAt: MomentSchema.nullable().default(null),
  /** A new server whose first build failed at the panel is built once more before a person is asked. */
  buildAgain: z.boolean().default(true),
})
export type CreateSettings = z.infer<typeof CreateSettingsSchema>

/** The settings with what a form needs to save them over the version that it was loaded with. */
export const OrderSettingsSchema = CreateSettingsSchema.extend({
  version: z.number().int().min(0),
  updatedAt: MomentSchema.nullable(),
  updatedBy: z.string().nullable(),
})
export type OrderSettings = z.infer<typeof OrderSettingsSchema>

export const UpdateOrderSettingsSchema = z.object({
  whenNotFound: CreateSettingsSchema.shape.whenNotFound.unwrap(),
  sendAgainMinutes: CreateSettingsSchema.shape.sendAgainMinutes.unwrap(),
  /** Left out: stays as it is. */
  buildAgain: z.boolean().optional(),
  /** Whoever lets Berth send again has to have read what can come of it. */
  isRiskUnderstood: z.boolean().default(false),
  version: z.number().int().min(0),
}).refine(({ whenNotFound, isRiskUnderstood }) => whenNotFound === 'ask' || isRiskUnderstood, {
  path: ['isRiskUnderstood'],
  message: 'Tick this to let Berth send an order again by itself.',
})
export type UpdateOrderSettings = z.infer<typeof UpdateOrderSettingsSchema>

const percent = z.number({ error: 'Enter a percentage.' }).min(0, 'At least 0 percent.').max(100, 'At most 100 percent.')
const perHour = z.number({ error: 'Enter a number.' }).int('Enter a whole number.').min(1, 'At least 1.').max(100_000, 'At most 100,000.')

/** What Berth may do by itself, and how much at once. */
export const SafetySettingsSchema = z.object({
  /** A suspension that was lifted behind our back: nothing, say so, or suspend again. */
  suspensionPolicy: z.enum(['off', 'report', 'enforce']).default('report'),
  /** Suspensions, deletions and rebuilds let through in an hour before an admin has to confirm: the larger of a number and a share of the fleet. */
  harmPerHour: perHour.default(20),
  harmPercentPerHour: percent.default(2),
})
export type SafetySettings = z.infer<typeof SafetySettingsSchema>
