import { z } from 'zod'
import { id, lenientListOf, optionalBoolean, optionalInteger, optionalNumber, optionalObject, optionalText, optionalTime, text } from './values.ts'

/** Memory in MB, storage and traffic in GB (0 = unlimited), network speed in kB/s. */
export const PackageSchema = z.object({
  id,
  name: text,
  description: optionalText,
  /** A disabled package can't be given to new servers. */
  enabled: optionalBoolean,
  memory: optionalNumber,
  primaryStorage: optionalNumber,
  traffic: optionalNumber,
  cpuCores: optionalNumber,
  primaryNetworkSpeedIn: optionalNumber,
  primaryNetworkSpeedOut: optionalNumber,
  /** A type code to compare with a group's `otherStorage[].storageType`, not the id of a pool. */
  primaryStorageProfile: optionalInteger,
  primaryNetworkProfile: optionalInteger,
  backupPlanId: optionalInteger,
  created: optionalTime,
})

export type VirtFusionPackage = z.output<typeof PackageSchema>

export const HypervisorGroupSchema = z.object({
  id,
  name: text,
  label: optionalText,
  description: optionalText,
  distributionType: optionalInteger,
  enabled: optionalBoolean,
  default: optionalBoolean,
  created: optionalTime,
  updated: optionalTime,
})

export type VirtFusionHypervisorGroup = z.output<typeof HypervisorGroupSchema>

const usage = { units: optionalText, max: optionalNumber, allocated: optionalNumber, free: optionalNumber, percent: optionalNumber }
const storageUsage = { ...usage, enabled: optionalBoolean, name: optionalText, storageType: optionalInteger }

/** One hypervisor of a group. `max` 0 is unlimited, and `free` is then negative; IPv4 `free` is one pool, repeated on each row. */
export const GroupResourcesSchema = z.object({
  hypervisor: z.object({
    id,
    name: text,
    enabled: optionalBoolean,
    prohibit: optionalBoolean,
    accept: optionalBoolean,
    commissioned: optionalBoolean,
  }),
  resources: z.object({
    servers: optionalObject(usage),
    memory: optionalObject(usage),
    cpuCores: optionalObject(usage),
    localStorage: optionalObject(storageUsage),
    otherStorage: lenientListOf(z.object(storageUsage)),
    network: optionalObject({ total: optionalObject({ ipv4: optionalObject({ free: optionalNumber }) }) }),
  }),
})

export type VirtFusionGroupResources = z.output<typeof GroupResourcesSchema>

export const TemplateSchema = z.object({
  id,
  name: text,
  version: optionalText,
  variant: optionalText,
  description: optionalText,
  /** A file name; served without sign-in below `<origin>/img/logo/`. */
  icon: optionalText,
  type: optionalText,
  eol: optionalBoolean,
  eol_date: optionalTime,
  eol_warning: optionalBoolean,
  deploy_type: optionalInteger,
}).transform(({ eol_date: eolDate, eol_warning: eolWarning, deploy_type: deployType, ...template }) => ({
  ...template, eolDate, eolWarning, deployType,
}))

export type VirtFusionTemplate = z.output<typeof TemplateSchema>

export const TemplateGroupSchema = z.object({
  name: text,
  description: optionalText,
  icon: optionalText,
  templates: lenientListOf(TemplateSchema),
})

export type VirtFusionTemplateGroup = z.output<typeof TemplateGroupSchema>
