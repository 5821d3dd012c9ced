import { z } from '../zod.ts'

export const HealthSchema = z.object({ status: z.literal('ok'), version: z.string() })
/** Readiness never asks the panel: a dead panel must not take Berth out of service. */
export const ReadySchema = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.object({ database: z.boolean(), migrations: z.boolean(), queue: z.boolean() }),
})
