import { describe, expect, it } from 'vitest'
import type { RequestDescription } from '../../../../../server/virtfusion/types.ts'
import { createClient } from '../support/panel.ts'

const client = createClient('https://cp.example.com')
const { servers, serverNetwork, users, selfService } = client

type Row = [RequestDescription, string, unknown?]

const rows: Row[] = [
  [servers.modifyMemory.request(7, 1024), 'PUT /servers/7/modify/memory', { memory: 1024 }],
  [servers.modifyCpuCores.request(7, 4), 'PUT /servers/7/modify/cpuCores', { cores: 4 }],
  [servers.modifyCpuThrottle.request(7, 50, { sync: true }), 'PUT /servers/7/modify/cpuThrottle?sync=true', { percent: 50 }],
  [servers.modifyTraffic.request(7, 1000), 'PUT /servers/7/modify/traffic', { traffic: '1000' }],
  [servers.changePackage.request(7, 4, {}), 'PUT /servers/7/package/4'],
  [servers.changePackage.request(7, 4, { cpu: true }), 'PUT /servers/7/package/4', { cpu: true }],
  [servers.changeOwner.request(7, 3), 'PUT /servers/7/owner/3'],
  [servers.changeBackupPlan.request(7, 0), 'PUT /servers/7/backups/plan/0'],
  [servers.changeBackupAccess.request(7, 'full'), 'PUT /servers/7/backupManager/access', { type: 'full' }],
  [servers.changeCustomXml.request(7, { os: '<x/>', osEnabled: true }), 'POST /servers/7/customXML', { os: '<x/>', osEnabled: true }],
  [servers.resetPassword.request(7, { user: 'root', sendMail: false }), 'POST /servers/7/resetPassword', { user: 'root', sendMail: false }],
  [servers.getVnc.request(7), 'GET /servers/7/vnc'],
  [servers.setVnc.request(7, 'enable'), 'POST /servers/7/vnc', { action: 'enable' }],
  [serverNetwork.getFirewall.request(7, 'primary'), 'GET /servers/7/firewall/primary'],
  [serverNetwork.enableFirewall.request(7, 'primary', { sync: true }), 'POST /servers/7/firewall/primary/enable?sync=true'],
  [serverNetwork.disableFirewall.request(7, 'secondary'), 'POST /servers/7/firewall/secondary/disable'],
  [serverNetwork.replaceFirewallRules.request(7, 'primary', [1, 2]), 'POST /servers/7/firewall/primary/rules', { rulesets: [1, 2] }],
  [serverNetwork.addIpv4Quantity.request(7, { interface: 'primary', quantity: 2 }), 'POST /servers/7/ipv4Qty', { interface: 'primary', quantity: 2 }],
  [serverNetwork.addIpv4.request(7, { interface: 'primary', ip: ['192.0.2.5'] }), 'POST /servers/7/ipv4', { interface: 'primary', ip: ['192.0.2.5'] }],
  [serverNetwork.removeIpv4.request(7, { interface: 'primary', ip: ['192.0.2.5'] }), 'DELETE /servers/7/ipv4', { interface: 'primary', ip: ['192.0.2.5'] }],
  [serverNetwork.addToWhitelist.request(7, { interface: 'primary', ip: '192.0.2.5', cidr: 32 }), 'POST /servers/7/networkWhitelist', { interface: 'primary', ip: '192.0.2.5', cidr: 32 }],
  [serverNetwork.removeFromWhitelist.request(7, { interface: 'primary', ip: '192.0.2.5' }), 'DELETE /servers/7/networkWhitelist', { interface: 'primary', ip: '192.0.2.5' }],
  [serverNetwork.getTraffic.request(7), 'GET /servers/7/traffic'],
  [serverNetwork.listTrafficBlocks.request(7), 'GET /servers/7/traffic/blocks'],
  [serverNetwork.addTrafficBlock.request(7, { month: 2, amount: 100 }), 'POST /servers/7/traffic/blocks', { month: 2, amount: 100 }],
  [serverNetwork.removeTrafficBlock.request(7, 2), 'DELETE /servers/7/traffic/blocks/2'],
  [client.backups.listByServer.request(7), 'GET /backups/server/7'],
  [client.media.getIso.request(1), 'GET /media/iso/1'],
  [client.dns.getService.request(4), 'GET /dns/services/4'],
  [client.hypervisors.list.request({ results: 5 }), 'GET /compute/hypervisors?results=5'],
  [client.hypervisors.get.request(1), 'GET /compute/hypervisors/1'],
  [client.hypervisorGroups.resources.request(1, { results: 200 }), 'GET /compute/hypervisors/groups/1/resources?results=200'],
  [client.ipBlocks.get.request(1), 'GET /connectivity/ipblocks/1'],
  [client.ipBlocks.addIpv4Range.request(1, { start: '192.0.2.1', end: '192.0.2.9' }), 'POST /connectivity/ipblocks/1/ipv4', { type: 'range', start: '192.0.2.1', end: '192.0.2.9' }],
  [client.sshKeys.create.request({ userId: 3, name: 'Key', publicKey: 'ssh-ed25519 AAAA' }), 'POST /ssh_keys', { userId: 3, name: 'Key', publicKey: 'ssh-ed25519 AAAA' }],
  [client.sshKeys.listByUser.request(3), 'GET /ssh_keys/user/3'],
  [client.sshKeys.delete.request(1), 'DELETE /ssh_keys/1'],
  [client.rescue.get.request(7), 'GET /servers/7/rescue'],
  [client.rescue.start.request(7, { sendMail: false }), 'POST /servers/7/rescue', { sendMail: false }],
  [users.change.request(3, { extRelationId: null }), 'PUT /users/3', { extRelationId: null }],
  [users.changeByExtRelation.request(9, { enabled: false }), 'PUT /users/9/byExtRelation', { enabled: false }],
  [users.deleteByExtRelation.request('a-b', { relStr: true }), 'DELETE /users/a-b/byExtRelation?relStr=true'],
  [users.resetPassword.request(9), 'POST /users/9/byExtRelation/resetPassword'],
  [selfService.addCredit.request(9, { tokens: -5, reference_1: 4 }), 'POST /selfService/credit/byUserExtRelationId/9', { tokens: -5, reference_1: 4 }],
  [selfService.getUsage.request(9, { period: '2025-01-01', range: 'm' }), 'GET /selfService/usage/byUserExtRelationId/9?period%5B%5D=2025-01-01&range=m'],
  [selfService.removeHourlyGroupProfile.request(1, 9), 'DELETE /selfService/hourlyGroupProfile/1/byUserExtRelationId/9'],
  [selfService.addResourceGroupProfile.request(9, 1), 'POST /selfService/resourceGroupProfile/byUserExtRelationId/9', { profileId: 1 }],
  [selfService.setAccess.request(9, true), 'PUT /selfService/access/byUserExtRelationId/9', { syncToProfiles: true }],
  [selfService.deleteResourcePackServers.request(2, { delay: 0 }), 'DELETE /selfService/resourcePackServers/2?delay=0'],
  [selfService.setResourcePackEnabled.request(2, false), 'PUT /selfService/resourcePack/2', { enabled: false }],
]

describe('requests', () => {
  it.each(rows.map(([request, line, body]) => [line, request, body] as const))('%s', (line, request, body) => {
    expect(`${request.method} ${request.path}`).toBe(line)
    expect(request.body).toEqual(body)
  })

  it('are made by exactly one function each', () => {
    const declared = Object.values(client).flatMap(resource => (typeof resource === 'object' ? Object.values(resource) : []))
      .flatMap(call => (typeof call === 'function' && 'definition' in call ? [call.definition as { operation: string, method: string, path: string }] : []))
    expect(declared.length).toBeGreaterThanOrEqual(90)
    expect(new Set(declared.map(definition => definition.operation)).size).toBe(declared.length)
    const routes = declared.filter(({ operation }) => operation !== 'servers.createDryRun').map(({ method, path }) => `${method} ${path}`)
    expect(routes.filter((route, index) => routes.indexOf(route) !== index)).toEqual([])
  })
})
