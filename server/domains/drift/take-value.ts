import { SIZE_FIELDS, type DriftField, type DriftValue, type SizeField } from '#shared/lifecycle/drift.ts'
import { OverridesSchema } from '#shared/schemas/features.ts'
import type { Prisma } from '../../generated/prisma/client.ts'

const FEATURE_KEYS: Record<SizeField, 'virtfusion_memory' | 'virtfusion_storage' | 'virtfusion_cpu_cores' | 'virtfusion_traffic'> = {
  memoryMb: 'virtfusion_memory', storageGb: 'virtfusion_storage', cpuCores: 'virtfusion_cpu_cores', trafficGb: 'virtfusion_traffic',
}

const isSize = (field: DriftField): field is SizeField => (SIZE_FIELDS as readonly string[]).includes(field)

/**
 * What our row becomes when it takes the panel's value; null for a value that does not fit the field. A size that the order itself had named
 * is changed there too, or it would differ again at once. Pure.
 */
export function takeValue(field: DriftField, value: DriftValue, overrides: Prisma.JsonValue): Prisma.ServerUpdateInput | null {
  if (isSize(field)) {
    if (typeof value !== 'number') return null
    const ordered = OverridesSchema.catch({}).parse(overrides)
    const key = FEATURE_KEYS[field]
    return { [field]: value, ...(ordered[key] === undefined ? {} : { overrides: { ...ordered, [key]: value } as Prisma.InputJsonObject }) }
  }
  if (field === 'name') return typeof value === 'string' && value !== '' ? { name: value } : null
  if (field === 'owner') return typeof value === 'number' ? { virtfusionOwnerId: value } : null
  if (field === 'suspension') return typeof value === 'boolean' ? { desiredSuspended: value } : null
  return null
}
