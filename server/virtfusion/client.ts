import { normalizeBaseUrl } from './base-url.ts'
import { createBind } from './call.ts'
import { createCapabilityMap, type CapabilityMap } from './capabilities.ts'
import { createChain } from './chain.ts'
import type { Circuit } from './chain/circuit-breaker.ts'
import { systemClock, type Clock } from './chain/link.ts'
import type { Pace } from './chain/rate-limit.ts'
import { createTransport } from './chain/transport.ts'
import { backupsResource } from './resources/backups.ts'
import { connectionResource } from './resources/connection.ts'
import { hypervisorGroupsResource } from './resources/hypervisor-groups.ts'
import { hypervisorsResource } from './resources/hypervisors.ts'
import { ipBlocksResource } from './resources/ip-blocks.ts'
import { dnsResource, mediaResource } from './resources/media.ts'
import { packagesResource } from './resources/packages.ts'
import { queueResource } from './resources/queue.ts'
import { rescueResource } from './resources/rescue.ts'
import { selfServiceResource } from './resources/self-service.ts'
import { serverNetworkResource } from './resources/server-network.ts'
import { serversResource } from './resources/servers.ts'
import { sshKeysResource } from './resources/ssh-keys.ts'
import { templatesResource } from './resources/templates.ts'
import { usersResource } from './resources/users.ts'
import type { AttemptRecord, Timeouts } from './types.ts'

const TIMEOUTS: Timeouts = { connectMs: 10_000, readMs: 15_000, changeMs: 30_000, createMs: 60_000, queueMs: 5_000 }
const PACE = { concurrency: 8, perSecond: 20 }
const DAY_MS = 86_400_000
const CIRCUIT: Circuit = { failures: 5, pauseMs: 5_000 }

export interface VirtFusionClientOptions {
  /** The panel's origin, or its API address; see `normalizeBaseUrl`. */
  baseUrl: string
  token: string
  /** Plain http to other than loopback addresses. */
  allowHttp?: boolean
  /** PEM of a private authority, trusted beside the well-known ones. */
  ca?: string
  /** Milliseconds; defaults: connect 10 s, reads 15 s, changes 30 s, creates and builds 60 s, waiting for a turn 5 s. */
  timeouts?: Partial<Timeouts>
  /** Defaults: 8 calls at once, 20 started per second. */
  pace?: Partial<Omit<Pace, 'queueMs'>>
  /** When a panel that does not answer is left alone; defaults: after 5 failures in a row, for 5 s. */
  circuit?: Partial<Circuit>
  userAgent?: string
  /** Called after every single send, repeated reads included. */
  onAttempt?(record: AttemptRecord): void
  /** Time and chance, for tests. */
  clock?: Clock
}

export type VirtFusionClient = ReturnType<typeof createVirtFusionClient>

/**
 * A client for one panel and one token. Make a new one when either changes: the token is bound to this origin.
 * Throws `BaseUrlError` for an unusable address; every call throws `VirtFusionError`.
 */
export function createVirtFusionClient(options: VirtFusionClientOptions) {
  const { origin, baseUrl } = normalizeBaseUrl(options.baseUrl, options)
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const clock = options.clock ?? systemClock
  const secrets = [options.token]
  const capabilities = createCapabilityMap()
  let certificateValidTo: Date | null = null
  const transport = createTransport({
    baseUrl,
    token: options.token,
    userAgent: options.userAgent ?? 'Berth',
    connectMs: timeouts.connectMs,
    onCertificate: (validTo) => { certificateValidTo = validTo },
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  })
  const handle = createChain({
    transport: transport.handle,
    clock,
    secrets,
    capabilities: capabilities.link,
    pace: { ...PACE, ...options.pace, queueMs: timeouts.queueMs },
    circuit: { ...CIRCUIT, ...options.circuit },
    ...(options.onAttempt ? { onAttempt: options.onAttempt } : {}),
  })
  const bind = createBind({ handle, clock, origin, timeouts, secrets })

  return {
    origin,
    baseUrl,
    capabilities: capabilities.map satisfies CapabilityMap,
    /** Whole days until the panel's certificate runs out; null before the first connection, and for plain http. */
    certificateDaysLeft: () => (certificateValidTo === null ? null : Math.floor((certificateValidTo.getTime() - clock.now()) / DAY_MS)),
    /** The last moment of that certificate; null as above. */
    certificateValidTo: () => certificateValidTo,
    connection: connectionResource(bind),
    servers: serversResource(bind),
    users: usersResource(bind),
    packages: packagesResource(bind),
    hypervisorGroups: hypervisorGroupsResource(bind),
    templates: templatesResource(bind),
    queue: queueResource(bind),
    serverNetwork: serverNetworkResource(bind),
    rescue: rescueResource(bind),
    backups: backupsResource(bind),
    sshKeys: sshKeysResource(bind),
    hypervisors: hypervisorsResource(bind),
    ipBlocks: ipBlocksResource(bind),
    media: mediaResource(bind),
    dns: dnsResource(bind),
    selfService: selfServiceResource(bind),
    /** A client for another address of the same origin, with the same token: to find out which path is right. */
    at(otherBaseUrl: string) {
      if (new URL(otherBaseUrl).origin !== origin) throw new TypeError('The token must not go to another origin')
      return createVirtFusionClient({ ...options, baseUrl: otherBaseUrl })
    },
    /** Ends all connections; calls in flight fail. */
    close: () => transport.close(),
  }
}
