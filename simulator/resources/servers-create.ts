import { pickAddresses, place } from '../core/capacity.ts'
import { addServer } from '../core/servers.ts'
import type { Disk, Hypervisor, Package, Server } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { Refusal, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { FieldReader } from '../http/fields.ts'
import type { Route } from '../http/router.ts'
import { serverDetail } from '../shapes/server.ts'

const KNOWN_RULESETS = new Set([1, 2, 3])

interface Wanted {
  memory: number
  storage: number
  traffic: number
  cores: number
  speedIn: number
  speedOut: number
  ipv4: number
  storageProfile: number
  additional: { enabled: boolean, capacity: number, profile: number }[]
  rulesets: number[]
}

/** What a package gives when nothing is overridden. */
export const wantedFrom = (row: Package): Wanted => ({
  memory: row.memory, storage: row.storage, traffic: row.traffic, cores: row.cores, speedIn: row.speedIn, speedOut: row.speedOut,
  ipv4: 1, storageProfile: 0, additional: [], rulesets: [],
})

function readAdditional(fields: FieldReader, number: 1 | 2) {
  return {
    enabled: fields.optionalBoolean(`additionalStorage${number}Enable`) ?? false,
    capacity: fields.optionalInteger(`additionalStorage${number}Capacity`, { min: 1 }) ?? 0,
    profile: fields.optionalInteger(`additionalStorage${number}Profile`, { min: 0 }) ?? 0,
  }
}

function readWanted(fields: FieldReader, base: Wanted): Wanted {
  const rulesets = fields.optionalIntegers('firewallRulesets') ?? []
  fields.optionalIntegers('hypervisorAssetGroups')
  fields.optionalInteger('networkProfile', { min: 0 })
  if (!rulesets.every(id => id === -1 || KNOWN_RULESETS.has(id))) {
    fields.complain('firewallRulesets', 'Invalid or disabled firewall ruleset')
  }

  return {
    memory: fields.optionalInteger('memory', { min: 256 }) ?? base.memory,
    storage: fields.optionalInteger('storage', { min: 1 }) ?? base.storage,
    traffic: fields.optionalInteger('traffic', { min: 0 }) ?? base.traffic,
    cores: fields.optionalInteger('cpuCores', { min: 1, max: 600 }) ?? base.cores,
    speedIn: fields.optionalInteger('networkSpeedInbound', { min: 0 }) ?? base.speedIn,
    speedOut: fields.optionalInteger('networkSpeedOutbound', { min: 0 }) ?? base.speedOut,
    ipv4: fields.optionalInteger('ipv4', { min: 0, max: 100 }) ?? base.ipv4,
    storageProfile: fields.optionalInteger('storageProfile', { min: 0 }) ?? base.storageProfile,
    additional: [readAdditional(fields, 1), readAdditional(fields, 2)],
    rulesets: rulesets.filter(id => id !== -1),
  }
}

function disksOf(world: World, wanted: Wanted): Disk[] {
  const primary = { id: world.takeId('disks'), capacity: wanted.storage, profile: wanted.storageProfile, primary: true, enabled: true }

  return [primary, ...wanted.additional.filter(({ enabled }) => enabled).map(({ capacity, profile }) =>
    ({ id: world.takeId('disks'), capacity, profile, primary: false, enabled: true }))]
}

interface AllocateInput { ownerId: number, packageRow: Package, hypervisor: Hypervisor, wanted: Wanted }

/** Makes an unbuilt server with its addresses on a hypervisor that has room. */
export function allocateServer(world: World, { ownerId, packageRow, hypervisor, wanted }: AllocateInput): Server {
  const { state, random } = world
  const now = world.now()
  const id = world.takeId('servers')
  const disks = disksOf(world, wanted)
  const addresses = pickAddresses(state, hypervisor.groupId, wanted.ipv4)

  const server: Server = {
    id,
    uuid: random.uuid(),
    ownerId,
    hypervisorId: hypervisor.id,
    packageId: packageRow.id,
    name: '',
    hostname: null,
    commissionStatus: 0,
    state: 'allocated',
    suspended: false,
    protected: false,
    buildFailed: false,
    deleteLevel: 0,
    deleteDue: null,
    configLevel: 0,
    built: null,
    created: now,
    updated: now,
    memory: wanted.memory,
    traffic: wanted.traffic,
    cores: wanted.cores,
    cpuThrottle: 0,
    speedIn: wanted.speedIn,
    speedOut: wanted.speedOut,
    disks,
    templateId: null,
    mac: random.mac(),
    interfaceTag: 1_000_000_000 + random.integer(3_000_000_000),
    ipv4: addresses.map(({ address, block }) => ({ id: world.takeId('ipv4'), address, blockId: block.id })),
    ipv6: [],
    firewall: { primary: { enabled: wanted.rulesets.length > 0, rulesets: wanted.rulesets }, secondary: { enabled: false, rulesets: [] } },
    whitelist: [],
    sshKeyIds: [],
    power: 'stopped',
    powerSince: now,
    powerBeforeSuspension: 'stopped',
    working: [],
    lastWork: null,
    pending: disks.slice(1).map((disk, index) => ({
      id: world.takeId('pending'),
      action: `Create HDD (sd${'bc'[index] ?? ''})`,
      requires: ['boot', 'restart', 'shutdown', 'poweroff'],
      payload: { disk: { id: disk.id, disk_storage_id: null } },
      created: now,
    })),
    trafficBlocks: [],
    backupPlanId: packageRow.backupPlanId,
    backupPlanSince: now,
    backupAccess: 'inherit',
    customXml: {},
    vnc: { port: 5900 + id % 1000, password: random.text(8), token: random.uuid(), enabled: false },
    encryptedPassword: random.text(120),
    selfService: 0,
    resourcePackId: null,
    rescue: null,
    ignoresShutdown: false,
  }
  addServer(world, server)

  return server
}

function createServer(call: Call): Answer {
  const { state, settings, world } = call
  const fields = call.fields()
  const packageId = fields.integer('packageId')
  const userId = fields.integer('userId')
  const groupId = fields.integer('hypervisorId')
  const packageRow = state.packages.get(packageId)
  const wanted = packageRow && readWanted(fields, wantedFrom(packageRow))
  fields.done()

  if (!packageRow || !wanted) throw new Refusal(422, { errors: ['The package does not exist'] })
  if (!packageRow.enabled) throw new Refusal(422, { errors: ['The package is disabled'] })
  // Looked at when the request runs, however late that is: a user who was deleted meanwhile owns nothing new.
  const isOwnerKnown = state.users.has(userId) || settings.readings.createForUnknownUser === 'accept'
  if (!isOwnerKnown) throw new Refusal(422, { errors: ['The user does not exist'] })
  const group = state.groups.get(groupId)
  if (!group?.enabled) throw new Refusal(422, { errors: ['The hypervisor group does not exist or is disabled'] })

  const storage = wanted.storage + wanted.additional.reduce((sum, disk) => sum + (disk.enabled ? disk.capacity : 0), 0)
  const demand = { memory: wanted.memory, cores: wanted.cores, storage, ipv4: wanted.ipv4 }
  const hypervisor = place({ state, settings, usage: id => world.usage(id), groupId, demand })
  if (Array.isArray(hypervisor)) throw new Refusal(422, { errors: hypervisor })
  // The answer to a dry run is not published; the status is what clients go by.
  if (call.flag('dryRun')) return { status: settings.readings.dryRunStatus, body: settings.readings.dryRunBody === 'text' ? 'OK' : { data: [] } }

  const server = allocateServer(world, { ownerId: userId, packageRow, hypervisor, wanted })
  call.effect('server.created', { serverId: server.id, userId, hypervisorId: hypervisor.id })
  world.emit({ id: 1, name: 'server.create', status: 'success', serverId: server.id })

  // The example of a fresh server has no `remoteState`.
  const { remoteState: _absent, ...detail } = serverDetail(world, server)

  return { status: 201, body: { data: detail } }
}

export const serverCreateRoutes: Route[] = [
  { method: 'POST', path: '/servers', handle: createServer },
]
