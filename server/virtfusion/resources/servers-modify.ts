import type { Bind } from '../call.ts'
import { check, data, nothing } from '../schemas/outputs.ts'
import { PackageChangeSchema, PasswordResetSchema, VncSchema } from '../schemas/extras.ts'
import { defineOperation, definedFields, requireId } from '../operation.ts'

const byServer = (serverId: number) => ({ params: { serverId: requireId('serverId', serverId) } })

/** What a change of package takes over; what is left out is decided by the panel, which then seems to take all. */
export interface ChangePackageBody {
  backupPlan?: boolean
  cpu?: boolean
  memory?: boolean
  primaryDiskReadIOPS?: boolean
  primaryDiskReadThroughput?: boolean
  primaryDiskSize?: boolean
  primaryDiskWriteIOPS?: boolean
  primaryDiskWriteThroughput?: boolean
  primaryNetworkInboundSpeed?: boolean
  primaryNetworkOutboundSpeed?: boolean
  primaryNetworkTraffic?: boolean
}

type XmlPart = 'domain' | 'os' | 'devices' | 'features' | 'clock' | 'cpuTune'
export type CustomXmlBody = Partial<Record<XmlPart, string> & Record<`${XmlPart}Enabled`, boolean>>

/** `PUT /servers/{serverId}/modify/memory`. MB, 256 or more. Safe to repeat. */
const modifyMemory = defineOperation({
  operation: 'servers.modifyMemory',
  method: 'PUT',
  path: '/servers/{serverId}/modify/memory',
  input: (serverId: number, memory: number) => ({ ...byServer(serverId), body: { memory } }),
  output: nothing,
})

/** `PUT /servers/{serverId}/modify/cpuCores`. 1 to 600. The field is `cores`: `cpuCores` is refused. Safe to repeat. */
const modifyCpuCores = defineOperation({
  operation: 'servers.modifyCpuCores',
  method: 'PUT',
  path: '/servers/{serverId}/modify/cpuCores',
  input: (serverId: number, cores: number) => ({ ...byServer(serverId), body: { cores } }),
  output: nothing,
})

/** `PUT /servers/{serverId}/modify/cpuThrottle`. 0 to 99 percent; `sync` applies it to the hypervisor at once. Safe to repeat. */
const modifyCpuThrottle = defineOperation({
  operation: 'servers.modifyCpuThrottle',
  method: 'PUT',
  path: '/servers/{serverId}/modify/cpuThrottle',
  input: (serverId: number, percent: number) => ({ ...byServer(serverId), body: { percent } }),
  query: (options: { sync?: boolean }) => ({ sync: options.sync }),
  output: nothing,
})

/** `PUT /servers/{serverId}/modify/traffic`. GB per period, 0 is unlimited. Documented as text. Safe to repeat. */
const modifyTraffic = defineOperation({
  operation: 'servers.modifyTraffic',
  method: 'PUT',
  path: '/servers/{serverId}/modify/traffic',
  input: (serverId: number, traffic: number) => ({ ...byServer(serverId), body: { traffic: String(traffic) } }),
  output: nothing,
})

/** `PUT /servers/{serverId}/package/{packageId}`. Never shrinks a disk; says what it left in `info`. 423 when locked. */
const changePackage = defineOperation({
  operation: 'servers.changePackage',
  method: 'PUT',
  kind: 'create',
  path: '/servers/{serverId}/package/{packageId}',
  input: (serverId: number, packageId: number, body: ChangePackageBody) => ({
    params: { serverId: requireId('serverId', serverId), packageId: requireId('packageId', packageId) },
    ...(Object.keys(body).length === 0 ? {} : { body: definedFields(body) }),
  }),
  output: answer => (answer.form === 'empty' ? { info: [] } : check(PackageChangeSchema, answer.json)),
})

/** `PUT /servers/{serverId}/owner/{newOwnerId}`. The panel's own user id. Safe to repeat. */
const changeOwner = defineOperation({
  operation: 'servers.changeOwner',
  method: 'PUT',
  path: '/servers/{serverId}/owner/{newOwnerId}',
  input: (serverId: number, newOwnerId: number) => ({
    params: { serverId: requireId('serverId', serverId), newOwnerId: requireId('newOwnerId', newOwnerId) },
  }),
  output: nothing,
})

/** `PUT /servers/{serverId}/backups/plan/{planId}`. 0 takes the plan away. Safe to repeat. */
const changeBackupPlan = defineOperation({
  operation: 'servers.changeBackupPlan',
  method: 'PUT',
  path: '/servers/{serverId}/backups/plan/{planId}',
  input: (serverId: number, planId: number) => ({ params: { serverId: requireId('serverId', serverId), planId: planId === 0 ? 0 : requireId('planId', planId) } }),
  output: nothing,
})

export type BackupAccess = 'inherit' | 'disabled' | 'scheduled' | 'view_restore' | 'full' | 'manual'

/** `PUT /servers/{serverId}/backupManager/access`. What the owner may do with backups. Safe to repeat. */
const changeBackupAccess = defineOperation({
  operation: 'servers.changeBackupAccess',
  method: 'PUT',
  path: '/servers/{serverId}/backupManager/access',
  input: (serverId: number, type: BackupAccess) => ({ ...byServer(serverId), body: { type } }),
  output: nothing,
})

/** `POST /servers/{serverId}/customXML`. Administrators only: it reaches into the hypervisor. Safe to repeat. */
const changeCustomXml = defineOperation({
  operation: 'servers.changeCustomXml',
  method: 'POST',
  path: '/servers/{serverId}/customXML',
  input: (serverId: number, body: CustomXmlBody) => ({ ...byServer(serverId), body: definedFields(body) }),
  output: nothing,
})

/**
 * `POST /servers/{serverId}/resetPassword`. The guest's password; each call makes a new one. `user` is `root` or `Administrator`; some panels
 * take that in small letters only. `sendMail` is true for the panel unless given.
 */
const resetPassword = defineOperation({
  operation: 'servers.resetPassword',
  method: 'POST',
  path: '/servers/{serverId}/resetPassword',
  input: (serverId: number, body: { user: 'root' | 'Administrator' | 'administrator', sendMail: boolean }) => ({ ...byServer(serverId), body: { ...body } }),
  output: data(PasswordResetSchema),
})

/** `GET /servers/{serverId}/vnc`. */
const getVnc = defineOperation({
  operation: 'servers.getVnc', method: 'GET', path: '/servers/{serverId}/vnc', input: byServer, output: data(VncSchema),
})

/** `POST /servers/{serverId}/vnc`. Each enabling makes a new password and token. An absent body would toggle on old panels: never sent so. */
const setVnc = defineOperation({
  operation: 'servers.setVnc',
  method: 'POST',
  path: '/servers/{serverId}/vnc',
  input: (serverId: number, action: 'enable' | 'disable') => ({ ...byServer(serverId), body: { action } }),
  output: data(VncSchema),
})

/** The part of `client.servers` that changes an existing server's make-up. */
export function serverModifications(bind: Bind) {
  return {
    modifyMemory: bind(modifyMemory),
    modifyCpuCores: bind(modifyCpuCores),
    modifyCpuThrottle: bind(modifyCpuThrottle),
    modifyTraffic: bind(modifyTraffic),
    changePackage: bind(changePackage),
    changeOwner: bind(changeOwner),
    changeBackupPlan: bind(changeBackupPlan),
    changeBackupAccess: bind(changeBackupAccess),
    changeCustomXml: bind(changeCustomXml),
    resetPassword: bind(resetPassword),
    getVnc: bind(getVnc),
    setVnc: bind(setVnc),
  }
}
