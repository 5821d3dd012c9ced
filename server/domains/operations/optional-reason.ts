import { z } from 'zod'
import { ReasonSchema } from '#shared/schemas/common.ts'

/** The body of a retry or a cancellation. Screens ask for the reason where an operation stands in front of a person; other callers need not say one. */
export const OptionalReasonSchema = z.object({ reason: ReasonSchema.optional() })
