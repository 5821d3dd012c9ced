import { z } from '../zod.ts'
import { DiagnosisSchema, IdSchema, MomentSchema, PageQuerySchema, line, pageOf } from './common.ts'
import { FeaturesSchema } from './features.ts'

export const CreatePlanSchema = z.object({
  name: line(80),
  description: z.string().trim().max(500, 'At most 500 characters.').default(''),
  isActive: z.boolean().default(true),
  features: FeaturesSchema,
})
export type CreatePlan = z.infer<typeof CreatePlanSchema>

/** `updatedAt` is the version that was shown: another one by now is refused, and nothing is overwritten unseen. */
export const UpdatePlanSchema = z.object({
  name: line(80).optional(),
  description: z.string().trim().max(500, 'At most 500 characters.').optional(),
  isActive: z.boolean().optional(),
  features: FeaturesSchema.optional(),
  updatedAt: MomentSchema.optional(),
})
export type UpdatePlan = z.infer<typeof UpdatePlanSchema>

/** What the dry run said: ok, or the diagnosis that names the wrong key. */
export const PlanCheckSchema = z.object({
  ok: z.boolean(),
  message: z.string(),
  checkedAt: MomentSchema,
  diagnosis: DiagnosisSchema.optional(),
})
export type PlanCheck = z.infer<typeof PlanCheckSchema>

export const PlanSchema = z.object({
  id: IdSchema,
  name: z.string(),
  description: z.string(),
  isActive: z.boolean(),
  isSample: z.boolean(),
  features: FeaturesSchema,
  /** Servers of this plan that are not deleted. */
  serverCount: z.number().int(),
  lastCheck: PlanCheckSchema.nullable(),
  createdAt: MomentSchema,
  updatedAt: MomentSchema,
})
export type Plan = z.infer<typeof PlanSchema>

export const PlanListSchema = pageOf(PlanSchema)
export const PlanQuerySchema = PageQuerySchema.extend({
  search: z.string().trim().max(100).optional(),
  isActive: z.enum(['true', 'false']).transform((text) => text === 'true').optional(),
})
export type PlanQuery = z.infer<typeof PlanQuerySchema>
