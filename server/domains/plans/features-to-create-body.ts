import type { Features, Overrides } from '#shared/schemas/features.ts'
import type { CreateServerBody } from '../../virtfusion/resources/servers.ts'

/** A customer's server has one address unless the plan says otherwise. Always sent: panels differ in what its absence means. */
const DEFAULT_IPV4 = 1

/**
 * The body of the create call: the plan's features, with the order's overrides on top. `ownerId` is the panel's user that is to own
 * the server; without it the plan's own `virtfusion_user_id`. Keys that Berth does not know stay out.
 */
export function featuresToCreateBody(features: Features, overrides: Overrides = {}, ownerId: number = features.virtfusion_user_id): CreateServerBody {
  const wanted: Overrides = { ...features, ...overrides }
  return {
    packageId: features.virtfusion_package_id,
    userId: ownerId,
    hypervisorId: features.virtfusion_hypervisor_id,
    ipv4: wanted.virtfusion_ipv4 ?? DEFAULT_IPV4,
    ...given('storage', wanted.virtfusion_storage),
    ...given('memory', wanted.virtfusion_memory),
    ...given('cpuCores', wanted.virtfusion_cpu_cores),
    ...given('traffic', wanted.virtfusion_traffic),
    ...given('networkSpeedInbound', wanted.virtfusion_network_speed_inbound),
    ...given('networkSpeedOutbound', wanted.virtfusion_network_speed_outbound),
    ...given('storageProfile', wanted.virtfusion_storage_profile),
    ...given('networkProfile', wanted.virtfusion_network_profile),
    ...given('firewallRulesets', wanted.virtfusion_firewall_rulesets),
    ...given('hypervisorAssetGroups', wanted.virtfusion_hypervisor_asset_groups),
    ...given('additionalStorage1Enable', wanted.virtfusion_additional_storage1_enable),
    ...given('additionalStorage1Profile', wanted.virtfusion_additional_storage1_profile),
    ...given('additionalStorage1Capacity', wanted.virtfusion_additional_storage1_capacity),
    ...given('additionalStorage2Enable', wanted.virtfusion_additional_storage2_enable),
    ...given('additionalStorage2Profile', wanted.virtfusion_additional_storage2_profile),
    ...given('additionalStorage2Capacity', wanted.virtfusion_additional_storage2_capacity),
  }
}

function given<K extends keyof CreateServerBody>(key: K, value: CreateServerBody[K] | undefined): Partial<Pick<CreateServerBody, K>> {
  return value === undefined ? {} : { [key]: value } as Partial<Pick<CreateServerBody, K>>
}
