import { z } from 'zod'
import { CapabilitySchema } from '#shared/schemas/settings.ts'

/** The diagnosis as codes and facts; words are added when it is shown. */
export const StoredDiagnosisSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  setting: z.string().optional(),
  docs: z.string().optional(),
})

/** The last connection test: what was tested, by whom, and what came of it. Holds no token. */
export const StoredConnectionTestSchema = z.object({
  ok: z.boolean(),
  version: z.string().nullable(),
  latencyMs: z.number().int().nullable(),
  capabilities: z.array(CapabilitySchema),
  certificateDaysLeft: z.number().int().nullable().default(null),
  warnings: z.array(StoredDiagnosisSchema).default([]),
  diagnosis: StoredDiagnosisSchema.nullable(),
  apiUrl: z.string(),
  testedAt: z.string(),
  testedBy: z.string(),
  /** Of what was tested: whether that is in force is seen when the test is read, for it may be saved, or changed, later. */
  mark: z.string().nullable(),
})
export type StoredConnectionTest = z.infer<typeof StoredConnectionTestSchema>
