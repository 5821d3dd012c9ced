import type { Bind } from '../call.ts'
import { InputError, defineOperation, definedFields, requireId } from '../operation.ts'
import { data, dataIfAny, list, nothing, page } from '../schemas/outputs.ts'
import { QueuedSchema, ServerRowSchema, ServerSchema } from '../schemas/servers.ts'
import type { CallOptions } from '../types.ts'
import { LARGEST_PAGE, completeList } from './complete-list.ts'
import { serverModifications } from './servers-modify.ts'

/** About thirty days. Older notes of the API say 43800, newer panels stop one minute earlier. */
const LONGEST_DELAY_MINUTES = 43_799

/** Unpaged, and each row carries a picture of the server's screen: some 13 kB per server, so about 5,000 servers of one user. */
const LONGEST_LIST_BYTES = 64 * 1024 * 1024

/** What is left out comes from the package. */
export interface CreateServerBody {
  packageId: number
  /** The panel's own id of the owner; never an e-mail, never an external relation. */
  userId: number
  /** Id of a hypervisor **group**, despite its name. */
  hypervisorId: number
  /** Number of addresses; 0 is allowed. */
  ipv4?: number
  /** Primary disk in GB. */
  storage?: number
  /** MB. */
  memory?: number
  cpuCores?: number
  /** GB per period; 0 is unlimited. */
  traffic?: number
  /** kB/s. */
  networkSpeedInbound?: number
  /** kB/s. */
  networkSpeedOutbound?: number
  storageProfile?: number
  networkProfile?: number
  /** Replaces the package's; -1 applies none. */
  firewallRulesets?: number[]
  /** Replaces the package's; -1 applies none. */
  hypervisorAssetGroups?: number[]
  additionalStorage1Enable?: boolean
  additionalStorage2Enable?: boolean
  additionalStorage1Profile?: number
  additionalStorage2Profile?: number
  /** GB. */
  additionalStorage1Capacity?: number
  /** GB. */
  additionalStorage2Capacity?: number
}

export interface BuildServerBody {
  operatingSystemId: number
  name?: string
  hostname?: string
  sshKeys?: number[]
  vnc?: boolean
  ipv6?: boolean
  /** Sends the login details to the owner. */
  email?: boolean
  /** 256, 512 or 768 (MB), or 1, 1.5, 2, 3, 4, 5, 6 or 8 (GB). */
  swap?: number
  /** Newer panels only. */
  timezone?: string
}

export const POWER_ACTIONS = ['boot', 'shutdown', 'restart', 'poweroff'] as const
export type PowerAction = (typeof POWER_ACTIONS)[number]

const byServer = (serverId: number) => ({ params: { serverId: requireId('serverId', serverId) } })

/**
 * `POST /servers`. Allocates resources and IPv4 addresses; nothing is installed. A repeat makes another server. Compare the answer's
 * `ownerId` with the one that was asked for: a server of somebody else is for the caller to deal with, and its id must not get lost.
 */
export const createServer = defineOperation({
  operation: 'servers.create',
  method: 'POST',
  kind: 'create',
  path: '/servers',
  input: (body: CreateServerBody) => ({ body: createBody(body) }),
  output: data(ServerSchema),
})

/** `POST /servers?dryRun=true`. Checks without making anything and reserves nothing; no id is ever read from its answer. */
export const createServerDryRun = defineOperation({
  operation: 'servers.createDryRun',
  method: 'POST',
  kind: 'check',
  path: '/servers',
  input: (body: CreateServerBody) => ({ body: createBody(body) }),
  query: () => ({ dryRun: true }),
  output: nothing,
})

/** `GET /servers/{serverId}`. `remoteState` asks the hypervisor for live data and is slower. */
export const getServer = defineOperation({
  operation: 'servers.get',
  method: 'GET',
  path: '/servers/{serverId}',
  input: byServer,
  query: (options: { remoteState?: boolean }) => ({ remoteState: options.remoteState }),
  output: data(ServerSchema),
})

/** `GET /servers`. One page, 1 to 200 rows (default 20), ordered by id. Can't be filtered by owner. */
export const listServers = defineOperation({
  operation: 'servers.list',
  method: 'GET',
  path: '/servers',
  query: (options: { page?: number, results?: number }) => ({ results: options.results, page: options.page }),
  output: page(ServerRowSchema),
})

/** `GET /servers/user/{userId}`. All servers of a panel user at once; rows lack `created`, `deleteLevel`, `tasks` and the group. */
export const listServersByUser = defineOperation({
  operation: 'servers.listByUser',
  method: 'GET',
  path: '/servers/user/{userId}',
  longestAnswer: LONGEST_LIST_BYTES,
  input: (userId: number) => ({ params: { userId: requireId('userId', userId) } }),
  output: list(ServerSchema),
})

/** `POST /servers/{serverId}/build`. Installs; on a built server it **destroys the disk**. Follow it by reading the server. */
export const buildServer = defineOperation({
  operation: 'servers.build',
  method: 'POST',
  kind: 'create',
  path: '/servers/{serverId}/build',
  input: (serverId: number, body: BuildServerBody) => {
    requireId('operatingSystemId', body.operatingSystemId)
    return { ...byServer(serverId), body: definedFields(body) }
  },
  output: data(ServerSchema),
})

/** `POST /servers/{serverId}/suspend`. Accepted, not done: read `suspended` afterwards. 409 and 423 mean busy. */
export const suspendServer = defineOperation({
  operation: 'servers.suspend', method: 'POST', path: '/servers/{serverId}/suspend', input: byServer, output: nothing,
})

/** `POST /servers/{serverId}/unsuspend`. As `suspend`. */
export const unsuspendServer = defineOperation({
  operation: 'servers.unsuspend', method: 'POST', path: '/servers/{serverId}/unsuspend', input: byServer, output: nothing,
})

/**
 * `DELETE /servers/{serverId}`. `delay` in minutes, 0 is now, at most 43799 (more is cut to it). It is always sent, because
 * panels disagree on what its absence means. The API has no way to call a delayed deletion off.
 */
export const deleteServer = defineOperation({
  operation: 'servers.delete',
  method: 'DELETE',
  path: '/servers/{serverId}',
  input: byServer,
  query: ({ delay }: { delay: number }) => {
    if (!Number.isInteger(delay) || delay < 0) throw new InputError('delay', 'delay must be a whole number of minutes, 0 or more')
    return { delay: Math.min(delay, LONGEST_DELAY_MINUTES) }
  },
  output: nothing,
})

/** `PUT /servers/{serverId}/modify/name`. A free label of up to 63 characters, not the host name. Repeating it is harmless. */
export const renameServer = defineOperation({
  operation: 'servers.rename',
  method: 'PUT',
  path: '/servers/{serverId}/modify/name',
  input: (serverId: number, name: string) => ({ ...byServer(serverId), body: { name } }),
  output: nothing,
})

/** `POST /servers/{serverId}/power/...`. Some panels name no queue item. 423 while other tasks are pending, 503 while the hypervisor is in maintenance. */
function powerOperation(action: PowerAction) {
  return defineOperation({
    operation: `servers.${action}`,
    method: 'POST',
    path: `/servers/{serverId}/power/${action}`,
    input: byServer,
    output: dataIfAny(QueuedSchema, { queueId: null }),
  })
}

export function serversResource(bind: Bind) {
  const listPage = bind(listServers)
  const power = {
    boot: bind(powerOperation('boot')),
    shutdown: bind(powerOperation('shutdown')),
    restart: bind(powerOperation('restart')),
    poweroff: bind(powerOperation('poweroff')),
  }

  return {
    create: bind(createServer),
    createDryRun: bind(createServerDryRun),
    get: bind(getServer),
    list: listPage,
    /** Every server of the panel, complete or an error. `onExchange` is called once per page. */
    listAll: (options: CallOptions = {}) => completeList(
      { operation: 'servers.list', path: '/servers', ...options },
      number => listPage({ ...options, page: number, results: LARGEST_PAGE }),
    ),
    listByUser: bind(listServersByUser),
    build: bind(buildServer),
    suspend: bind(suspendServer),
    unsuspend: bind(unsuspendServer),
    delete: bind(deleteServer),
    rename: bind(renameServer),
    ...power,
    ...serverModifications(bind),
    /** The four power calls by the name of their action; each answers with the queue item to follow, null where the panel names none. */
    power: Object.assign(
      (serverId: number, action: PowerAction, options: CallOptions = {}) => power[action](serverId, options),
      { request: (serverId: number, action: PowerAction) => power[action].request(serverId) },
    ),
  }
}

function createBody(body: CreateServerBody) {
  requireId('packageId', body.packageId)
  requireId('userId', body.userId)
  requireId('hypervisorId', body.hypervisorId)
  return definedFields(body)
}
