/** The optional overrides as the form shows them. `unit` follows the label; an empty field means: as the package has it. */
export interface OverrideField {
  key: string
  label: string
  unit: string
  kind: 'amount' | 'list'
}

export interface OverrideSwitch {
  key: string
  label: string
}

export const SIZE_FIELDS: OverrideField[] = [
  { key: 'virtfusion_memory', label: 'Memory', unit: 'MB', kind: 'amount' },
  { key: 'virtfusion_cpu_cores', label: 'Processor', unit: 'cores', kind: 'amount' },
  { key: 'virtfusion_storage', label: 'Disk', unit: 'GB', kind: 'amount' },
  { key: 'virtfusion_traffic', label: 'Traffic a period', unit: 'GB, 0 is unlimited', kind: 'amount' },
  { key: 'virtfusion_ipv4', label: 'IPv4 addresses', unit: 'number, 1 when empty', kind: 'amount' },
  { key: 'virtfusion_network_speed_inbound', label: 'Network speed in', unit: 'kB/s', kind: 'amount' },
  { key: 'virtfusion_network_speed_outbound', label: 'Network speed out', unit: 'kB/s', kind: 'amount' },
]

export const PROFILE_FIELDS: OverrideField[] = [
  { key: 'virtfusion_storage_profile', label: 'Storage profile', unit: 'profile id', kind: 'amount' },
  { key: 'virtfusion_network_profile', label: 'Network profile', unit: 'profile id', kind: 'amount' },
  { key: 'virtfusion_firewall_rulesets', label: 'Firewall rulesets', unit: 'ids with commas, -1 is none', kind: 'list' },
  { key: 'virtfusion_hypervisor_asset_groups', label: 'Asset groups', unit: 'ids with commas, -1 is none', kind: 'list' },
]

export const DISKS: { title: string, enable: OverrideSwitch, fields: OverrideField[] }[] = [1, 2].map((number) => ({
  title: `Additional disk ${number}`,
  enable: { key: `virtfusion_additional_storage${number}_enable`, label: `Additional disk ${number}` },
  fields: [
    { key: `virtfusion_additional_storage${number}_capacity`, label: `Disk ${number} size`, unit: 'GB', kind: 'amount' },
    { key: `virtfusion_additional_storage${number}_profile`, label: `Disk ${number} profile`, unit: 'profile id', kind: 'amount' },
  ],
}))

const OVERRIDES: { key: string, label: string }[] = [...SIZE_FIELDS, ...PROFILE_FIELDS, ...DISKS.flatMap(({ enable, fields }) => [enable, ...fields])]
export const OVERRIDE_KEYS: string[] = OVERRIDES.map(({ key }) => key)
/** By key, as the fields are called on the screen. */
export const OVERRIDE_LABELS: Record<string, string | undefined> = Object.fromEntries(OVERRIDES.map(({ key, label }) => [key, label]))

/** What a person typed, as the value of a feature: numbers where it is one, else the text, so that its error can name it. Undefined when empty. */
export function readOverride(kind: OverrideField['kind'], text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  if (kind === 'amount') return toNumber(trimmed)
  return trimmed.split(',').map((part) => part.trim()).filter(Boolean).map(toNumber)
}

/** The text of a feature's value for its field. */
export function showOverride(value: unknown): string {
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.join(', ') : String(value)
}

function toNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
