import { z } from '../zod.ts'
import { MAX_INTEGER } from './common.ts'

/** A positive integer as the panel's ids are; the message names the key and what was typed. */
function panelId(key: string, what: string) {
  return z.custom<number>((value) => typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_INTEGER, {
    error: (issue) => `${key} must be ${what}: a whole number above 0${shown(issue.input)}.`,
  })
}

function shown(input: unknown): string {
  if (input === undefined) return ', and it is missing'
  if (input === null) return ', not null'
  if (typeof input === 'string') return input.includes('@') ? ', not an e-mail address' : `, not the text "${input.slice(0, 40)}"`
  if (typeof input === 'number') return `, not ${input}`
  return `, not ${Array.isArray(input) ? 'a list' : typeof input === 'object' ? 'an object' : `a ${typeof input}`}`
}

/** A whole number from 0 (0 has a meaning of its own: none, or unlimited). */
function amount(key: string, unit: string) {
  return z.custom<number>((value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_INTEGER, {
    error: (issue) => `${key} must be a whole number from 0 (${unit})${shown(issue.input)}.`,
  })
}

function toggle(key: string) {
  return z.boolean({ error: `${key} must be true or false.` })
}

function idList(key: string) {
  return z.array(z.int({ error: `${key} must be a list of whole numbers.` }), { error: `${key} must be a list of whole numbers; [-1] stands for none.` })
}

/** The keys that every plan needs. `virtfusion_hypervisor_id` is the id of a hypervisor group. */
export const REQUIRED_FEATURE_KEYS = ['virtfusion_package_id', 'virtfusion_user_id', 'virtfusion_hypervisor_id'] as const

/** Optional overrides: what is left out comes from the panel's package. */
export const OverridesSchema = z.looseObject({
  virtfusion_ipv4: amount('virtfusion_ipv4', 'number of IPv4 addresses').optional(),
  virtfusion_storage: amount('virtfusion_storage', 'GB').optional(),
  virtfusion_memory: amount('virtfusion_memory', 'MB').optional(),
  virtfusion_cpu_cores: amount('virtfusion_cpu_cores', 'cores').optional(),
  virtfusion_traffic: amount('virtfusion_traffic', 'GB a period, 0 is unlimited').optional(),
  virtfusion_network_speed_inbound: amount('virtfusion_network_speed_inbound', 'kB/s').optional(),
  virtfusion_network_speed_outbound: amount('virtfusion_network_speed_outbound', 'kB/s').optional(),
  virtfusion_storage_profile: amount('virtfusion_storage_profile', 'profile id').optional(),
  virtfusion_network_profile: amount('virtfusion_network_profile', 'profile id').optional(),
  virtfusion_firewall_rulesets: idList('virtfusion_firewall_rulesets').optional(),
  virtfusion_hypervisor_asset_groups: idList('virtfusion_hypervisor_asset_groups').optional(),
  virtfusion_additional_storage1_enable: toggle('virtfusion_additional_storage1_enable').optional(),
  virtfusion_additional_storage1_profile: amount('virtfusion_additional_storage1_profile', 'profile id').optional(),
  virtfusion_additional_storage1_capacity: amount('virtfusion_additional_storage1_capacity', 'GB').optional(),
  virtfusion_additional_storage2_enable: toggle('virtfusion_additional_storage2_enable').optional(),
  virtfusion_additional_storage2_profile: amount('virtfusion_additional_storage2_profile', 'profile id').optional(),
  virtfusion_additional_storage2_capacity: amount('virtfusion_additional_storage2_capacity', 'GB').optional(),
})
export type Overrides = z.infer<typeof OverridesSchema>

/** A plan's features. Keys that Berth does not know are kept and shown. */
export const FeaturesSchema = OverridesSchema.extend({
  virtfusion_package_id: panelId('virtfusion_package_id', 'the id of a package'),
  virtfusion_user_id: panelId('virtfusion_user_id', 'the internal id of a VirtFusion user'),
  virtfusion_hypervisor_id: panelId('virtfusion_hypervisor_id', 'the id of a hypervisor group'),
  /** The operating system template that is installed when an order names none. */
  virtfusion_operating_system_id: panelId('virtfusion_operating_system_id', 'the id of a template').optional(),
})
export type Features = z.infer<typeof FeaturesSchema>
