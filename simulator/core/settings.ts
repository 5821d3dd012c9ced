export const PANEL_VERSIONS = ['6.1', '6.2', '7.0', '7.1'] as const
export type PanelVersion = typeof PANEL_VERSIONS[number]

export const CONNECT_VARIANTS = ['array', 'empty', 'version', 'data-version'] as const
type ConnectVariant = typeof CONNECT_VARIANTS[number]

/**
 * How the panel behaves where public material leaves two readings open. The defaults are the less convenient ones, apart from
 * those about users and owners at the end: they are the premises of a create under an owner of its own, and hold unless switched.
 */
export interface Readings {
  /** Whether a token needs a permission for `GET /connect`. */
  connectNeedsPermission: boolean
  /** What a delete without `delay` means. */
  omittedDelay: 'five-minutes' | 'now'
  /** Whether a server whose deletion lies ahead shows `deleteLevel` 1. */
  scheduledDeleteLevel: 'hidden' | 'visible'
  /** A second delete while one is scheduled. */
  deleteTwice: 'replace' | 'conflict' | 'locked'
  /** Suspending a suspended server, unsuspending one that is not. */
  suspendTwice: 'accept' | 'conflict'
  /** Power on a suspended server. */
  powerOnSuspended: 'refuse' | 'allow'
  /** What `buildFailed` says when `state` is `failed`. The published example says false. */
  failedBuildFlag: boolean
  /** How a 422 is written: a list of sentences, or a map of fields. */
  validation: 'list' | 'map'
  /** What a caller from an address that is not on the token's list gets. */
  refusedAddress: 401 | 403
  /** Body of a 403 for a missing permission. */
  forbiddenBody: 'errors' | 'message' | 'empty'
  /** Status of a dry run that finds room. */
  dryRunStatus: 200 | 201
  /** Body of a dry run that finds room. */
  dryRunBody: 'data' | 'text'
  /** Status for a user whose e-mail or relation is taken. */
  duplicateUser: 422 | 409
  /** What a power action answers with: its queue item, or 204 without a body. */
  powerAnswer: 'queue' | 'empty'
  /** How the administrator of a Windows has to be spelled to get a new password. */
  windowsUser: 'Administrator' | 'administrator'
  /** Whether `vnc.enabled` tells the truth. On 7.0 it did not. */
  vncFlag: 'untrue' | 'true'
  /** Whether `next_page_url` and its kin name the panel's internal address. */
  internalPageLinks: boolean
  /** A create whose `userId` names nobody. */
  createForUnknownUser: 'refuse' | 'accept'
  /** Deleting a user who owns servers: refused, or the servers are destroyed, or they stay behind without an owner. */
  deleteUserWithServers: 'refuse' | 'cascade' | 'orphan'
  /** A second user with a relation string that is in use. */
  duplicateRelationString: 'refuse' | 'accept'
  /** A second user with an e-mail that is in use. */
  duplicateEmail: 'refuse' | 'accept'
  /** Another owner for a server that was never built. */
  unbuiltOwnerChange: 'accept' | 'refuse'
  /** How old the listing of a user's servers is; 0 shows a change at once. */
  userListStaleSeconds: number
  /** How many servers the listing of a user's servers shows at most; 0 for all. */
  userListLimit: number
}

export interface Settings {
  version: PanelVersion
  connectVariant: ConnectVariant
  /** False makes `GET /status` answer 503 with its body. */
  healthy: boolean
  /** Every hypervisor is in maintenance. Single ones are switched at the hypervisor. */
  maintenance: boolean
  /** Deletes answer 423. */
  doNotDisturb: boolean
  /** New servers find no room. */
  capacityGone: 'none' | 'memory' | 'disk' | 'cpu' | 'ipv4'
  /** How long the picture of a server's screen is, in characters; 0 for the smallest one there is. */
  screenCharacters: number
  /** Divides every duration below. */
  workSpeed: number
  /** Durations of the panel's own work in ms. */
  durations: Durations
  readings: Readings
  webhook: { url: string, token: string | null } | null
}

interface Durations {
  buildQueued: number
  buildRunning: number
  ipv6: number
  suspend: number
  power: number
  password: number
  destroy: number
}

export function defaultSettings(workSpeed = 1): Settings {
  return {
    version: '7.0',
    connectVariant: 'array',
    healthy: true,
    maintenance: false,
    doNotDisturb: false,
    capacityGone: 'none',
    screenCharacters: 0,
    workSpeed,
    durations: { buildQueued: 1000, buildRunning: 5000, ipv6: 8000, suspend: 500, power: 1000, password: 1000, destroy: 1000 },
    readings: {
      connectNeedsPermission: true,
      omittedDelay: 'five-minutes',
      scheduledDeleteLevel: 'hidden',
      deleteTwice: 'replace',
      suspendTwice: 'accept',
      powerOnSuspended: 'refuse',
      failedBuildFlag: false,
      validation: 'list',
      refusedAddress: 403,
      forbiddenBody: 'errors',
      dryRunStatus: 200,
      dryRunBody: 'data',
      duplicateUser: 422,
      powerAnswer: 'queue',
      windowsUser: 'Administrator',
      vncFlag: 'untrue',
      internalPageLinks: true,
      createForUnknownUser: 'refuse',
      deleteUserWithServers: 'refuse',
      duplicateRelationString: 'refuse',
      duplicateEmail: 'refuse',
      unbuiltOwnerChange: 'accept',
      userListStaleSeconds: 0,
      userListLimit: 0,
    },
    webhook: null,
  }
}

/** Whether the panel's version is `version` or newer. */
export const isSince = (settings: Settings, version: PanelVersion) =>
  PANEL_VERSIONS.indexOf(settings.version) >= PANEL_VERSIONS.indexOf(version)

/** The full version number as the panel would print it. */
export const versionNumber = (settings: Settings) => `${settings.version}.0`
