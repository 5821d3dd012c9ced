import { z } from '../zod.ts'
import { DiagnosisSchema, MAX_INTEGER } from './common.ts'

/** A list that the token may or may not read: unknown is said, never an empty list. */
function readable<T extends z.ZodType>(item: T) {
  return z.object({
    state: z.enum(['known', 'forbidden', 'unknown']),
    items: z.array(item),
    diagnosis: DiagnosisSchema.nullable(),
  })
}

export const CatalogPackageSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  isEnabled: z.boolean(),
  memoryMb: z.number().nullable(),
  storageGb: z.number().nullable(),
  trafficGb: z.number().nullable(),
  cpuCores: z.number().nullable(),
})
export const CatalogGroupSchema = z.object({ id: z.number().int(), name: z.string(), isEnabled: z.boolean() })
export const CatalogTemplateSchema = z.object({ id: z.number().int(), name: z.string(), group: z.string() })

/** `packageId` says whose templates are wanted; without it they are those of the first package that is switched on. */
export const CatalogQuerySchema = z.object({ packageId: z.coerce.number().int().positive().max(MAX_INTEGER).optional() })
export const CatalogSchema = z.object({
  packages: readable(CatalogPackageSchema),
  hypervisorGroups: readable(CatalogGroupSchema),
  templates: readable(CatalogTemplateSchema),
})
export type Catalog = z.infer<typeof CatalogSchema>
