import { currentTrafficMonth, isoDate, offsetDate, plainDate, trafficPeriod, zuluDate } from '../core/dates.ts'
import { diskTotal } from '../core/capacity.ts'
import type { PendingAction, Server, SshKey, User } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { serverHypervisor } from './hypervisor.ts'
import { networkBrief, networkDetail } from './network.ts'
import { CUSTOM_XML_PARTS, MEDIA, screenOf, SETTINGS, TOPOLOGY } from './server-constants.ts'

const offsetDateOrNull = (ms: number | null) => ms === null ? null : offsetDate(ms)

function ownerShape(user: User) {
  return {
    id: user.id,
    admin: user.admin,
    extRelationId: user.extRelationId,
    name: user.name,
    email: user.email,
    timezone: 'Europe/London',
    suspended: user.suspended,
    twoFactorAuth: false,
    created: offsetDate(user.created),
    updated: offsetDate(user.updated),
  }
}

function diskShapes(server: Server) {
  return server.disks.map((disk, index) => ({
    _id: disk.id,
    id: index + 1,
    cache: null,
    bus: null,
    capacity: disk.capacity,
    drive: 'abc'[index],
    datastoreDiskId: null,
    filesystem: null,
    iops: { read: null, write: null },
    bytes: { read: null, write: null },
    type: 'qcow2',
    profile: disk.profile,
    status: disk.enabled ? 3 : 1,
    enabled: disk.enabled,
    primary: disk.primary,
    created: offsetDate(server.created),
    updated: offsetDate(server.created),
    datastore: [],
    name: `${server.uuid}_${index + 1}`,
    filename: `${server.uuid}_${index + 1}.img`,
    hypervisorStorageId: null,
    local: true,
    locationType: 'mountpoint',
    path: '/home/vf-data/disk',
  }))
}

const pendingShape = (action: PendingAction) => ({
  id: action.id,
  action: action.action,
  requires: action.requires,
  collected: false,
  complete: false,
  failed: false,
  payload: action.payload,
  created: offsetDate(action.created),
})

const keyShape = (key: SshKey) => ({
  id: key.id, ownerId: key.userId, type: 'OpenSSH', name: key.name, public: key.publicKey, enabled: true, created: offsetDate(key.created),
})

function customXmlShape(server: Server) {
  return Object.fromEntries(CUSTOM_XML_PARTS.map(part => [part, server.customXml[part] ?? { xml: '', enabled: false }]))
}

function trafficShape(server: Server, now: number) {
  const { start, end } = trafficPeriod(server.created, currentTrafficMonth(server.created, now))

  return {
    public: {
      countMethod: 1,
      currentPeriod: { start: zuluDate(start), end: isoDate(end).replace('.000Z', '.999999Z'), limit: server.traffic },
    },
  }
}

const shownDeleteLevel = (world: World, server: Server) =>
  server.deleteDue !== null && world.settings.readings.scheduledDeleteLevel === 'visible' ? 1 : server.deleteLevel

/** The server object of the detail, create and build answers. `remoteState` is false unless it was asked for. */
export function serverDetail(world: World, server: Server, remoteState: unknown = false) {
  const { state } = world
  const owner = state.users.get(server.ownerId)
  const hypervisor = state.hypervisors.get(server.hypervisorId)
  const isBusy = server.working.length > 0

  return {
    id: server.id,
    ownerId: server.ownerId,
    hypervisorId: server.hypervisorId,
    arch: 1,
    name: server.name,
    selfService: server.selfService,
    selfServiceSettings: [],
    hostname: server.hostname,
    commissionStatus: server.commissionStatus,
    uuid: server.uuid,
    state: server.state,
    migratable: true,
    timezone: '_default',
    migrateLevel: 0,
    deleteLevel: shownDeleteLevel(world, server),
    configLevel: server.configLevel,
    backupLevel: 0,
    elevated: false,
    elevateId: null,
    elevate: false,
    destroyable: !server.protected,
    rebuild: false,
    suspended: server.suspended,
    protected: server.protected,
    buildFailed: server.buildFailed,
    primaryNetworkDhcp4: false,
    primaryNetworkDhcp6: false,
    built: offsetDateOrNull(server.built),
    created: offsetDate(server.created),
    updated: offsetDate(server.updated),
    traffic: trafficShape(server, world.now()),
    settings: {
      osTemplateInstall: true,
      osTemplateInstallId: server.templateId ?? 0,
      encryptedPassword: server.encryptedPassword,
      ...SETTINGS,
      resources: { memory: server.memory, storage: diskTotal(server), traffic: server.traffic, cpuCores: server.cores },
    },
    cpu: { cores: server.cores, type: 'inherit', typeExact: 'host-model', shares: 1024, throttle: server.cpuThrottle, topology: TOPOLOGY },
    customXML: customXmlShape(server),
    qemuCommandline: [],
    qemuAgent: { os: { screen: screenOf(world.settings.screenCharacters) } },
    media: MEDIA,
    backupPlan: { id: server.backupPlanId || null, name: server.backupPlanId ? `Plan ${server.backupPlanId}` : null },
    vnc: { ip: hypervisor?.ip ?? '', port: server.vnc.port, enabled: server.vnc.enabled },
    network: networkDetail(state, server),
    storage: diskShapes(server),
    hypervisorAssets: [],
    hypervisor: hypervisor ? serverHypervisor(world, hypervisor) : [],
    owner: owner ? ownerShape(owner) : [],
    sshKeys: server.sshKeyIds.flatMap((id) => {
      const key = state.sshKeys.get(id)

      return key ? [keyShape(key)] : []
    }),
    sharedUsers: [],
    tasks: {
      active: isBusy,
      lastOn: server.lastWork === null ? null : plainDate(server.lastWork),
      actions: { pending: server.pending.map(pendingShape) },
    },
    remoteState,
  }
}

/** A row of `GET /servers`: other names than the detail. */
export function serverSimpleRow(server: Server) {
  return {
    id: server.id,
    uuid: server.uuid,
    name: server.name,
    commissioned: server.commissionStatus,
    owner: server.ownerId,
    hypervisorId: server.hypervisorId,
    suspended: server.suspended,
    protected: server.protected,
    updated: offsetDate(server.updated),
    created: offsetDate(server.created),
  }
}

/** A row of `GET /servers/user/{id}`: no created, deleteLevel, group or tasks. */
export function serverOfUserRow(world: World, server: Server) {
  return {
    id: server.id,
    ownerId: server.ownerId,
    hypervisorId: server.hypervisorId,
    name: server.name,
    hostname: server.hostname,
    commissionStatus: server.commissionStatus,
    uuid: server.uuid,
    state: server.state,
    rebuild: false,
    suspended: server.suspended,
    protected: server.protected,
    buildFailed: server.buildFailed,
    backup_level: 0,
    backup_plan: server.backupPlanId || null,
    os: { screen: screenOf(world.settings.screenCharacters) },
    server_info: { show: false, icon: null, name: null, label: null },
    vnc: {
      expose_details: true, ip: world.state.hypervisors.get(server.hypervisorId)?.ip ?? '', hostname: null,
      port: server.vnc.port, enabled: server.vnc.enabled ? 1 : 0,
    },
    resources: { memory: server.memory, storage: diskTotal(server), traffic: server.traffic, cpuCores: server.cores, cpu_model: null },
    network: networkBrief(world.state, server),
    config: { uefi: false, bootOrder: ['hd', 'cdrom'] },
    media: { isoMounted: false, isoName: '' },
  }
}
