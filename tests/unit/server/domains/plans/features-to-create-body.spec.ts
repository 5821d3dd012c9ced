import { describe, expect, it } from 'vitest'
import { featuresToCreateBody } from '../../../../../server/domains/plans/features-to-create-body.ts'

const required = { virtfusion_package_id: 11, virtfusion_user_id: 22, virtfusion_hypervisor_id: 33 }

describe('featuresToCreateBody', () => {
  it('sends one IPv4 address explicitly when the plan names none', () => {
    expect(featuresToCreateBody(required)).toEqual({ packageId: 11, userId: 22, hypervisorId: 33, ipv4: 1 })
  })

  it('sends no IPv4 address when the plan says 0', () => {
    expect(featuresToCreateBody({ ...required, virtfusion_ipv4: 0 }).ipv4).toBe(0)
  })

  it('lets the order override the plan, and the customer\'s own panel user own the server', () => {
    const body = featuresToCreateBody({ ...required, virtfusion_memory: 1024, virtfusion_storage: 20 }, { virtfusion_memory: 4096 }, 99)
    expect(body).toEqual({ packageId: 11, userId: 99, hypervisorId: 33, ipv4: 1, memory: 4096, storage: 20 })
  })

  it('never lets an override change the package, the owner or the group', () => {
    const body = featuresToCreateBody(required, { virtfusion_package_id: 1, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1 })
    expect(body).toMatchObject({ packageId: 11, userId: 22, hypervisorId: 33 })
  })

  it('translates every override that the create call knows', () => {
    const body = featuresToCreateBody({
      ...required,
      virtfusion_ipv4: 2,
      virtfusion_storage: 40,
      virtfusion_memory: 2048,
      virtfusion_cpu_cores: 2,
      virtfusion_traffic: 0,
      virtfusion_network_speed_inbound: 12500,
      virtfusion_network_speed_outbound: 12500,
      virtfusion_storage_profile: 4,
      virtfusion_network_profile: 5,
      virtfusion_firewall_rulesets: [-1],
      virtfusion_hypervisor_asset_groups: [6],
      virtfusion_additional_storage1_enable: true,
      virtfusion_additional_storage1_profile: 7,
      virtfusion_additional_storage1_capacity: 100,
      virtfusion_additional_storage2_enable: false,
      virtfusion_additional_storage2_profile: 8,
      virtfusion_additional_storage2_capacity: 200,
    })
    expect(body).toEqual({
      packageId: 11, userId: 22, hypervisorId: 33,
      ipv4: 2, storage: 40, memory: 2048, cpuCores: 2, traffic: 0, networkSpeedInbound: 12500, networkSpeedOutbound: 12500,
      storageProfile: 4, networkProfile: 5, firewallRulesets: [-1], hypervisorAssetGroups: [6],
      additionalStorage1Enable: true, additionalStorage1Profile: 7, additionalStorage1Capacity: 100,
      additionalStorage2Enable: false, additionalStorage2Profile: 8, additionalStorage2Capacity: 200,
    })
  })

  it('keeps keys out that the create call does not know, and the template, which belongs to the build', () => {
    const body = featuresToCreateBody({ ...required, virtfusion_operating_system_id: 5, virtfusion_future: 1, note: 'x' })
    expect(Object.keys(body)).toEqual(['packageId', 'userId', 'hypervisorId', 'ipv4'])
  })
})
