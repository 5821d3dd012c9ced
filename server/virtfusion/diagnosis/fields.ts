/** Request fields by the API's name, and the plan feature that feeds each. */
export const FEATURE_BY_FIELD: Readonly<Record<string, string>> = {
  packageId: 'virtfusion_package_id',
  userId: 'virtfusion_user_id',
  hypervisorId: 'virtfusion_hypervisor_id',
  operatingSystemId: 'virtfusion_operating_system_id',
  ipv4: 'virtfusion_ipv4',
  storage: 'virtfusion_storage',
  memory: 'virtfusion_memory',
  cpuCores: 'virtfusion_cpu_cores',
  traffic: 'virtfusion_traffic',
  networkSpeedInbound: 'virtfusion_network_speed_inbound',
  networkSpeedOutbound: 'virtfusion_network_speed_outbound',
  storageProfile: 'virtfusion_storage_profile',
  networkProfile: 'virtfusion_network_profile',
  firewallRulesets: 'virtfusion_firewall_rulesets',
  hypervisorAssetGroups: 'virtfusion_hypervisor_asset_groups',
  additionalStorage1Enable: 'virtfusion_additional_storage1_enable',
  additionalStorage1Profile: 'virtfusion_additional_storage1_profile',
  additionalStorage1Capacity: 'virtfusion_additional_storage1_capacity',
  additionalStorage2Enable: 'virtfusion_additional_storage2_enable',
  additionalStorage2Profile: 'virtfusion_additional_storage2_profile',
  additionalStorage2Capacity: 'virtfusion_additional_storage2_capacity',
}

/** Fields of other calls, which no plan feature feeds. */
const OTHER_FIELDS = ['hostname', 'timezone', 'sshKeys', 'swap', 'name', 'email', 'extRelationId', 'relStr', 'delay', 'quantity']

/** Longest first, so that `additional storage 1 capacity` is not taken for `storage`. */
const SPOKEN = [...Object.keys(FEATURE_BY_FIELD), ...OTHER_FIELDS]
  .map(field => ({ field, spoken: speak(field) }))
  .sort((a, b) => b.spoken.length - a.spoken.length)

/**
 * The field that a refusal is about: by its key in `errors`, or as a validator speaks of it in a sentence,
 * such as "The selected hypervisor id is invalid" for `hypervisorId`.
 */
export function findField(keys: readonly string[], said: string): string | null {
  const key = keys[0]?.replace(/\..*$/, '')
  if (key !== undefined && !/^\d+$/.test(key)) return key
  const words = ` ${said.replace(/[^a-z0-9@]+/g, ' ')} `
  const spoken = /\b(field|must|may|selected|invalid|required|taken)\b/.test(said)
    ? SPOKEN.find(entry => words.includes(` the ${entry.spoken} `) || words.includes(` selected ${entry.spoken} `))
    : undefined
  return spoken?.field ?? SPOKEN.find(entry => said.includes(entry.field.toLowerCase()) && /[A-Z]/.test(entry.field))?.field ?? null
}

/** `hypervisorId` -> `hypervisor id`, as the panel's validator writes names. */
function speak(field: string): string {
  return field.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).replace(/(?<=[a-z])(?=\d )/g, ' ')
}
