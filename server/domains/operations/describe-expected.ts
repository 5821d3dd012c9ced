import type { ExpectedServer } from '#shared/schemas/operations.ts'
import type { CreateMemory } from '../../engine/create/memory.ts'

interface Sizes { memory: number | null, primaryStorage: number | null, cpuCores: number | null }

/** What the ordered server must look like: as the order says, else as its package does where that was read. Pure. */
export function describeExpected({ order, ownerId, baselineAt }: Pick<CreateMemory, 'order' | 'ownerId' | 'baselineAt'>, sizes: Sizes | null): ExpectedServer | null {
  if (!order) return null
  const wanted = { ...order.features, ...order.overrides }
  return {
    ownerId: ownerId ?? null,
    groupId: order.features.virtfusion_hypervisor_id,
    memoryMb: wanted.virtfusion_memory ?? sizes?.memory ?? null,
    storageGb: wanted.virtfusion_storage ?? sizes?.primaryStorage ?? null,
    cpuCores: wanted.virtfusion_cpu_cores ?? sizes?.cpuCores ?? null,
    bornAfter: baselineAt ?? null,
  }
}
