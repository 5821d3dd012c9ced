/** Times are ms since 1970 in simulated time; memory is MB, storage and traffic GB, speeds kB/s. */
export interface Package {
  id: number
  name: string
  description: string | null
  enabled: boolean
  memory: number
  storage: number
  traffic: number
  cores: number
  speedIn: number
  speedOut: number
  backupPlanId: number
  created: number
}

export interface HypervisorGroup {
  id: number
  name: string
  description: string | null
  enabled: boolean
  isDefault: boolean
  created: number
}

export interface Hypervisor {
  id: number
  groupId: number
  name: string
  ip: string
  enabled: boolean
  prohibit: boolean
  maintenance: boolean
  /** 0 means no limit. */
  maxServers: number
  maxMemory: number
  maxCores: number
  maxStorage: number
  encryptedToken: string
  created: number
}

export interface IpBlock {
  id: number
  groupId: number
  type: 4 | 6
  name: string
  gateway: string
  netmask: string
  /** IPv4 only: every address that can be given out. Never changed in place: worlds share it. */
  addresses: readonly string[]
  /** No address before this place of the list is free. */
  firstFree: number
  /** IPv6 only: for example `2001:db8:a:`; subnets are made by adding a number. */
  prefix: string | null
  nextSubnet: number
  created: number
}

export interface Template {
  id: number
  group: string
  name: string
  version: string
  variant: string
  type: 'linux' | 'windows'
  icon: string
  description: string
  minMemory: number
  endOfLife: boolean
  /** Builds of this template always fail. */
  isBroken: boolean
}

export interface User {
  id: number
  admin: boolean
  extRelationId: number | null
  relationStrings: string[]
  selfService: number
  hourlyGroupProfiles: number[]
  resourceGroupProfiles: number[]
  hourlyResourcePack: number | null
  name: string
  email: string
  suspended: boolean
  password: string
  created: number
  updated: number
}

export interface SshKey {
  id: number
  userId: number
  name: string
  publicKey: string
  created: number
}

interface Ipv4Address { id: number, address: string, blockId: number }
interface Ipv6Subnet { id: number, subnet: string, blockId: number }
export interface Disk { id: number, capacity: number, profile: number, primary: boolean, enabled: boolean }
interface TrafficBlock { id: number, month: number, traffic: number, added: number }
interface WhitelistEntry { id: number, interface: string, ip: string, cidr: number }

export interface PendingAction { id: number, action: string, requires: string[], payload: Record<string, unknown>, created: number }

interface Firewall { enabled: boolean, rulesets: number[] }

export interface Server {
  id: number
  uuid: string
  ownerId: number
  hypervisorId: number
  packageId: number
  name: string
  hostname: string | null
  commissionStatus: 0 | 1 | 2 | 3
  state: 'allocated' | 'queued' | 'complete' | 'failed'
  suspended: boolean
  protected: boolean
  buildFailed: boolean
  deleteLevel: number
  deleteDue: number | null
  configLevel: number
  built: number | null
  created: number
  updated: number
  memory: number
  traffic: number
  cores: number
  cpuThrottle: number
  speedIn: number
  speedOut: number
  disks: Disk[]
  templateId: number | null
  mac: string
  interfaceTag: number
  ipv4: Ipv4Address[]
  ipv6: Ipv6Subnet[]
  firewall: { primary: Firewall, secondary: Firewall }
  whitelist: WhitelistEntry[]
  sshKeyIds: number[]
  power: 'running' | 'stopped'
  powerSince: number
  /** Power to return to when the suspension ends. */
  powerBeforeSuspension: 'running' | 'stopped'
  /** Kinds of work that the queue does on this server now. */
  working: string[]
  lastWork: number | null
  pending: PendingAction[]
  trafficBlocks: TrafficBlock[]
  backupPlanId: number
  backupPlanSince: number
  backupAccess: string
  customXml: Record<string, { xml: string, enabled: boolean }>
  vnc: { port: number, password: string, token: string, enabled: boolean }
  encryptedPassword: string
  selfService: number
  resourcePackId: number | null
  rescue: { imageId: number, password: string } | null
  /** The guest takes no notice of a graceful shutdown or restart. */
  ignoresShutdown: boolean
}

export interface QueueItem {
  id: number
  jobId: string
  job: string
  action: string
  hypervisorId: number
  serverId: number
  started: number
  /** When the work ends; the progress is read from it. */
  ends: number
  finished: number | null
  failed: boolean
  message: string | null
  steps: string[]
}

interface SignInToken { userId: number, serverId: number | null, first: string, second: string, expires: number, used: boolean }
interface Credit { id: number, userId: number, tokens: number, reference1: number | null, reference2: string | null, created: number }

export interface ResourcePack {
  id: number
  userId: number
  packId: number
  enabled: boolean
}

/** Something that happens later, on its own. Plain data, so that it survives a restart and a snapshot. */
export interface Due {
  at: number
  order: number
  kind: string
  serverId: number
  queueId: number | null
  /** Number of the ledger entry that caused it. */
  cause: number | null
  data: Record<string, unknown>
}

/** A server that came to an owner or left one; kept only while listings of users lag behind. */
export interface Move {
  at: number
  server: Server
  /** Null: it did not exist before. */
  from: number | null
  /** Null: it is gone. */
  to: number | null
}

export interface State {
  nextIds: Record<string, number>
  packages: Map<number, Readonly<Package>>
  groups: Map<number, Readonly<HypervisorGroup>>
  hypervisors: Map<number, Hypervisor>
  blocks: Map<number, IpBlock>
  templates: Map<number, Readonly<Template>>
  users: Map<number, User>
  sshKeys: Map<number, SshKey>
  servers: Map<number, Server>
  queue: Map<number, QueueItem>
  credits: Map<number, Credit>
  resourcePacks: Map<number, ResourcePack>
  signInTokens: SignInToken[]
  /** Address -> id of the server that holds it. */
  usedAddresses: Map<string, number>
  due: Due[]
  moves: Move[]
}

/** Gives the next id of a counter and steps it. Ids are never given twice, as with a database's own counter. */
export function takeId(state: State, counter: string): number {
  const id = state.nextIds[counter] ?? 1
  state.nextIds[counter] = id + 1

  return id
}

/** A copy of plain data with maps. Frozen parts are shared, since nobody can change them. */
export function copyOf<Value>(value: Value): Value {
  return copyPart(value) as Value
}

function copyPart(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) return value.map(copyPart)
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>()
    for (const [key, entry] of value) copy.set(key, copyPart(entry))

    return copy
  }
  const copy: Record<string, unknown> = { ...value }
  for (const key in copy) {
    const part = copy[key]
    if (typeof part === 'object' && part !== null) copy[key] = copyPart(part)
  }

  return copy
}

/** Writes a state as JSON text; maps become tagged lists. */
export const encodeState = (value: unknown): string =>
  JSON.stringify(value, (_key, entry: unknown) => entry instanceof Map ? { $map: [...entry] } : entry)

/** Reads what `encodeState` wrote. */
export const decodeState = (text: string): unknown =>
  JSON.parse(text, (_key, entry: unknown) => {
    if (typeof entry === 'object' && entry !== null && '$map' in entry && Array.isArray(entry.$map)) {
      return new Map(entry.$map as [number, unknown][])
    }

    return entry
  })
