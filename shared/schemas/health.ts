import { z } from '../zod.ts'

export const HealthSchema = z.object({ status: z.literal('ok'), version: z.string() })

export const ReadinessChecksSchema = z.object({ database: z.boolean(), migrations: z.boolean(), queue: z.boolean() })
export type ReadinessChecks = z.infer<typeof ReadinessChecksSchema>
/** Readiness never asks the panel: a dead panel must not take Berth out of service. Else a problem with the same `checks`. */
export const ReadySchema = z.object({ status: z.literal('ready'), checks: ReadinessChecksSchema })
