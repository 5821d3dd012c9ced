import type { Catalog } from '#shared/schemas/catalog.ts'
import type { VirtFusionHypervisorGroup, VirtFusionPackage, VirtFusionTemplateGroup } from '../../virtfusion/schemas/catalogue.ts'

export function toPackage(row: VirtFusionPackage): Catalog['packages']['items'][number] {
  return {
    id: row.id,
    name: row.name || `Package ${row.id}`,
    isEnabled: row.enabled ?? true,
    memoryMb: row.memory,
    storageGb: row.primaryStorage,
    trafficGb: row.traffic,
    cpuCores: row.cpuCores,
  }
}

export function toGroup(row: VirtFusionHypervisorGroup): Catalog['hypervisorGroups']['items'][number] {
  return { id: row.id, name: row.label || row.name || `Group ${row.id}`, isEnabled: row.enabled ?? true }
}

/** One flat list; a template that several groups hold stands once. */
export function toTemplates(groups: VirtFusionTemplateGroup[]): Catalog['templates']['items'] {
  const byId = new Map(groups.flatMap((group) => group.templates.map((template) => {
    const name = [template.name, template.version, template.variant].filter(Boolean).join(' ')
    return [template.id, { id: template.id, name: name || `Template ${template.id}`, group: group.name }] as const
  })))
  return [...byId.values()]
}
