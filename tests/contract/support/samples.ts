import { createVirtFusionClient, type VirtFusionClient } from '../../../server/virtfusion/client.ts'
import type { Answer } from '../../../server/virtfusion/operation.ts'
import type { RequestDescription } from '../../../server/virtfusion/types.ts'

/** What the calls refer to. */
export interface Fixture {
  serverId: number
  userId: number
  otherUserId: number
  ext: number
  packageId: number
  groupId: number
  hypervisorId: number
  templateId: number
  blockId: number
  freeAddress: string
  ownAddress: string
  keyId: number
  queueId: number
  creditId: number
  packId: number
  profileId: number
  trafficMonth: number
  trafficBlockId: number
}

export const ANY: Fixture = {
  serverId: 7, userId: 3, otherUserId: 4, ext: 9, packageId: 1, groupId: 1, hypervisorId: 11, templateId: 1, blockId: 1, freeAddress: '192.0.2.5', ownAddress: '192.0.2.6',
  keyId: 1, queueId: 5, creditId: 6, packId: 2, profileId: 1, trafficMonth: 1, trafficBlockId: 2,
}

export interface Declared {
  operation: string
  method: string
  path: string
  output: (answer: Answer) => unknown
}

interface Described {
  definition: Declared
}

/** One operation of the client with requests that it can make; the first is plain, the others use every option and field. */
export interface Sample {
  definition: Declared
  requests: RequestDescription[]
}

/** A client that is never asked to send. */
export const offline = createVirtFusionClient({ baseUrl: 'https://cp.example.com', token: 'unused' })

/** Every operation that the client declares. */
export function declared(client: VirtFusionClient): Declared[] {
  return Object.values(client)
    .flatMap((resource: unknown) => (typeof resource === 'object' && resource !== null ? Object.values(resource) : []))
    .flatMap(call => (isDescribed(call) ? [call.definition] : []))
}

function isDescribed(call: unknown): call is Described {
  return typeof call === 'function' && 'definition' in call
}

const sample = (call: Described, ...requests: RequestDescription[]): Sample => ({ definition: call.definition, requests })

/** Requests of every operation. */
export function samples(f: Fixture): Sample[] {
  const { backups, connection, dns, hypervisorGroups, hypervisors, ipBlocks, media, packages, queue, rescue, selfService, serverNetwork: net, servers, sshKeys, templates, users } = offline
  const create = { packageId: f.packageId, userId: f.userId, hypervisorId: f.groupId }
  const createFull = {
    ...create, ipv4: 1, storage: 20, memory: 1024, cpuCores: 1, traffic: 0, networkSpeedInbound: 1000, networkSpeedOutbound: 1000, storageProfile: 1, networkProfile: 1,
    firewallRulesets: [1], hypervisorAssetGroups: [-1], additionalStorage1Enable: true, additionalStorage2Enable: true,
    additionalStorage1Profile: 1, additionalStorage2Profile: 1, additionalStorage1Capacity: 10, additionalStorage2Capacity: 10,
  }
  const build = {
    operatingSystemId: f.templateId, name: 'web', hostname: 'web.example.com', sshKeys: [f.keyId], vnc: false, ipv6: true, email: false, swap: 512,
  }
  const scope = {
    backupPlan: true, cpu: true, memory: true, primaryDiskReadIOPS: true, primaryDiskReadThroughput: true, primaryDiskSize: true, primaryDiskWriteIOPS: true,
    primaryDiskWriteThroughput: true, primaryNetworkInboundSpeed: true, primaryNetworkOutboundSpeed: true, primaryNetworkTraffic: true,
  }
  const selfServiceFields = {
    selfService: 1, selfServiceHourlyCredit: true, selfServiceHourlyGroupProfiles: [1], selfServiceResourceGroupProfiles: [1], selfServiceHourlyResourcePack: 1,
  }
  const person = { name: 'Jane Doe', email: 'jane.doe@example.com' }
  const xml = { domain: '<a/>', os: '<b/>', devices: '<c/>', features: '<d/>', clock: '<e/>', cpuTune: '<f/>' }
  const xmlFlags = { domainEnabled: true, osEnabled: true, devicesEnabled: false, featuresEnabled: false, clockEnabled: false, cpuTuneEnabled: false }
  const at = { interface: 'primary' as const }
  const rel = { relStr: true }

  return [
    sample(connection.connect, connection.connect.request()),
    sample(connection.status, connection.status.request()),
    sample(servers.create, servers.create.request(create), servers.create.request(createFull)),
    sample(servers.createDryRun, servers.createDryRun.request(create), servers.createDryRun.request(createFull)),
    sample(servers.get, servers.get.request(f.serverId), servers.get.request(f.serverId, { remoteState: true })),
    sample(servers.list, servers.list.request(), servers.list.request({ page: 1, results: 200 })),
    sample(servers.listByUser, servers.listByUser.request(f.userId)),
    sample(servers.build, servers.build.request(f.serverId, { operatingSystemId: f.templateId }), servers.build.request(f.serverId, build), servers.build.request(f.serverId, { ...build, timezone: 'Europe/Berlin' })),
    sample(servers.suspend, servers.suspend.request(f.serverId)),
    sample(servers.unsuspend, servers.unsuspend.request(f.serverId)),
    sample(servers.delete, servers.delete.request(f.serverId, { delay: 0 }), servers.delete.request(f.serverId, { delay: 43_800 })),
    sample(servers.rename, servers.rename.request(f.serverId, 'web')),
    sample(servers.boot, servers.boot.request(f.serverId)),
    sample(servers.shutdown, servers.shutdown.request(f.serverId)),
    sample(servers.restart, servers.restart.request(f.serverId)),
    sample(servers.poweroff, servers.poweroff.request(f.serverId)),
    sample(servers.modifyMemory, servers.modifyMemory.request(f.serverId, 2048)),
    sample(servers.modifyCpuCores, servers.modifyCpuCores.request(f.serverId, 2)),
    sample(servers.modifyCpuThrottle, servers.modifyCpuThrottle.request(f.serverId, 50), servers.modifyCpuThrottle.request(f.serverId, 50, { sync: true })),
    sample(servers.modifyTraffic, servers.modifyTraffic.request(f.serverId, 1000)),
    sample(servers.changePackage, servers.changePackage.request(f.serverId, 2, {}), servers.changePackage.request(f.serverId, 2, scope)),
    sample(servers.changeOwner, servers.changeOwner.request(f.serverId, f.otherUserId)),
    sample(servers.changeBackupPlan, servers.changeBackupPlan.request(f.serverId, 1), servers.changeBackupPlan.request(f.serverId, 0)),
    sample(servers.changeBackupAccess, ...(['full', 'inherit', 'disabled', 'scheduled', 'view_restore', 'manual'] as const).map(type => servers.changeBackupAccess.request(f.serverId, type))),
    sample(servers.changeCustomXml, servers.changeCustomXml.request(f.serverId, { os: '<x/>' }), servers.changeCustomXml.request(f.serverId, { ...xml, ...xmlFlags })),
    sample(servers.resetPassword, servers.resetPassword.request(f.serverId, { user: 'root', sendMail: false }), servers.resetPassword.request(f.serverId, { user: 'Administrator', sendMail: true })),
    sample(servers.getVnc, servers.getVnc.request(f.serverId)),
    sample(servers.setVnc, servers.setVnc.request(f.serverId, 'enable'), servers.setVnc.request(f.serverId, 'disable')),
    sample(net.getFirewall, net.getFirewall.request(f.serverId, 'primary'), net.getFirewall.request(f.serverId, 'secondary', { sync: true })),
    sample(net.enableFirewall, net.enableFirewall.request(f.serverId, 'primary'), net.enableFirewall.request(f.serverId, 'primary', { sync: true })),
    sample(net.disableFirewall, net.disableFirewall.request(f.serverId, 'primary'), net.disableFirewall.request(f.serverId, 'primary', { sync: false })),
    sample(net.replaceFirewallRules, net.replaceFirewallRules.request(f.serverId, 'primary', [1, 2]), net.replaceFirewallRules.request(f.serverId, 'primary', [], { sync: true })),
    sample(net.addIpv4Quantity, net.addIpv4Quantity.request(f.serverId, { ...at, quantity: 2 })),
    sample(net.addIpv4, net.addIpv4.request(f.serverId, { ...at, ip: [f.freeAddress] })),
    sample(net.removeIpv4, net.removeIpv4.request(f.serverId, { ...at, ip: [f.ownAddress] })),
    sample(net.addToWhitelist, net.addToWhitelist.request(f.serverId, { ...at, ip: '198.51.100.9', cidr: 32 })),
    sample(net.removeFromWhitelist, net.removeFromWhitelist.request(f.serverId, { ...at, ip: '198.51.100.7' })),
    sample(net.getTraffic, net.getTraffic.request(f.serverId)),
    sample(net.listTrafficBlocks, net.listTrafficBlocks.request(f.serverId)),
    sample(net.addTrafficBlock, net.addTrafficBlock.request(f.serverId, { month: f.trafficMonth, amount: 100 })),
    sample(net.removeTrafficBlock, net.removeTrafficBlock.request(f.serverId, f.trafficBlockId)),
    sample(rescue.get, rescue.get.request(f.serverId)),
    sample(rescue.start, rescue.start.request(f.serverId, {}), rescue.start.request(f.serverId, { imageId: 1, sendMail: false })),
    sample(users.create, users.create.request(person), users.create.request({ ...person, ...selfServiceFields, extRelationId: 900, relStr: 'jane-doe', sendMail: false })),
    sample(users.getByExtRelation, users.getByExtRelation.request(f.ext), users.getByExtRelation.request('jane-doe', rel)),
    sample(users.changeByExtRelation, users.changeByExtRelation.request(f.ext, { name: 'Jane Roe', email: 'jane.roe@example.com', enabled: true, selfService: 1 }), users.changeByExtRelation.request(f.ext, { ...person, ...selfServiceFields, enabled: true }, rel)),
    sample(users.change, users.change.request(f.userId, { extRelationId: null, relationStrs: ['a-b'], enabled: true })),
    sample(users.deleteByExtRelation, users.deleteByExtRelation.request(f.ext), users.deleteByExtRelation.request('jane-doe', rel)),
    sample(users.resetPassword, users.resetPassword.request(f.ext), users.resetPassword.request('jane-doe', rel)),
    sample(users.createAuthenticationToken, users.createAuthenticationToken.request(f.ext), users.createAuthenticationToken.request('jane-doe', rel)),
    sample(users.createServerAuthenticationToken, users.createServerAuthenticationToken.request(f.ext, f.serverId), users.createServerAuthenticationToken.request('jane-doe', f.serverId, rel)),
    sample(packages.list, packages.list.request()),
    sample(packages.get, packages.get.request(f.packageId)),
    sample(hypervisorGroups.list, hypervisorGroups.list.request(), hypervisorGroups.list.request({ page: 1, results: 200 })),
    sample(hypervisorGroups.get, hypervisorGroups.get.request(f.groupId)),
    sample(hypervisorGroups.resources, hypervisorGroups.resources.request(f.groupId), hypervisorGroups.resources.request(f.groupId, { page: 1, results: 200 })),
    sample(hypervisors.list, hypervisors.list.request(), hypervisors.list.request({ page: 1, results: 200 })),
    sample(hypervisors.get, hypervisors.get.request(f.hypervisorId)),
    sample(templates.fromPackage, templates.fromPackage.request(f.packageId)),
    sample(templates.fromServer, templates.fromServer.request(f.serverId)),
    sample(queue.get, queue.get.request(f.queueId)),
    sample(backups.listByServer, backups.listByServer.request(f.serverId)),
    sample(sshKeys.create, sshKeys.create.request({ userId: f.userId, name: 'Laptop', publicKey: 'ssh-ed25519 AAAAC3Nza' })),
    sample(sshKeys.get, sshKeys.get.request(f.keyId)),
    sample(sshKeys.listByUser, sshKeys.listByUser.request(f.userId)),
    sample(sshKeys.delete, sshKeys.delete.request(f.keyId)),
    sample(ipBlocks.list, ipBlocks.list.request(), ipBlocks.list.request({ page: 1, results: 200 })),
    sample(ipBlocks.get, ipBlocks.get.request(f.blockId)),
    sample(ipBlocks.addIpv4Range, ipBlocks.addIpv4Range.request(f.blockId, { start: '192.0.2.20', end: '192.0.2.29' })),
    sample(media.getIso, media.getIso.request(1)),
    sample(dns.getService, dns.getService.request(1)),
    sample(selfService.addCredit, selfService.addCredit.request(f.ext, { tokens: 10 }), selfService.addCredit.request('jane-doe', { tokens: -5.5, reference_1: 4, reference_2: 'INV-4' }, rel)),
    sample(selfService.deleteCredit, selfService.deleteCredit.request(f.creditId)),
    sample(selfService.getUsage, selfService.getUsage.request(f.ext), selfService.getUsage.request('jane-doe', { 'period': '2025-01-01', 'range': 'm', ...rel })),
    sample(selfService.getReport, selfService.getReport.request(f.ext), selfService.getReport.request('jane-doe', { period: 1, currency: 'USD', ...rel })),
    sample(selfService.getHourlyStats, selfService.getHourlyStats.request(f.ext), selfService.getHourlyStats.request('jane-doe', { period: '2025-01-01', range: 'm', ...rel })),
    sample(selfService.addHourlyGroupProfile, selfService.addHourlyGroupProfile.request(f.ext, f.profileId), selfService.addHourlyGroupProfile.request('jane-doe', f.profileId, rel)),
    sample(selfService.removeHourlyGroupProfile, selfService.removeHourlyGroupProfile.request(f.profileId, f.ext), selfService.removeHourlyGroupProfile.request(f.profileId, 'jane-doe', rel)),
    sample(selfService.addResourceGroupProfile, selfService.addResourceGroupProfile.request(f.ext, f.profileId), selfService.addResourceGroupProfile.request('jane-doe', f.profileId, rel)),
    sample(selfService.removeResourceGroupProfile, selfService.removeResourceGroupProfile.request(f.profileId, f.ext), selfService.removeResourceGroupProfile.request(f.profileId, 'jane-doe', rel)),
    sample(selfService.addResourcePack, selfService.addResourcePack.request(f.ext, { packId: 1, enabled: true }), selfService.addResourcePack.request('jane-doe', { packId: 1, enabled: false }, rel)),
    sample(selfService.setHourlyResourcePack, selfService.setHourlyResourcePack.request(f.ext, 1), selfService.setHourlyResourcePack.request('jane-doe', 1, rel)),
    sample(selfService.setAccess, selfService.setAccess.request(f.ext, true), selfService.setAccess.request('jane-doe', false, rel)),
    sample(selfService.getResourcePack, selfService.getResourcePack.request(f.packId), selfService.getResourcePack.request(f.packId, { withServers: true })),
    sample(selfService.setResourcePackEnabled, selfService.setResourcePackEnabled.request(f.packId, false)),
    sample(selfService.deleteResourcePack, selfService.deleteResourcePack.request(f.packId), selfService.deleteResourcePack.request(f.packId, { disable: true })),
    sample(selfService.suspendResourcePackServers, selfService.suspendResourcePackServers.request(f.packId)),
    sample(selfService.unsuspendResourcePackServers, selfService.unsuspendResourcePackServers.request(f.packId)),
    sample(selfService.deleteResourcePackServers, selfService.deleteResourcePackServers.request(f.packId, { delay: 0 }), selfService.deleteResourcePackServers.request(f.packId, { delay: 43_799 })),
    sample(selfService.listCurrencies, selfService.listCurrencies.request()),
  ]
}
