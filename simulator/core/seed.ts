import type { Random } from './random.ts'
import type { Hypervisor, IpBlock, Package, State, Template, User } from './state.ts'

const DAY = 86_400_000

const LINUX = 'A minimal installation. More packages come from its own repositories.'

function seedPackages(created: number): Package[] {
  const base = { description: null, enabled: true, traffic: 1000, speedIn: 12_500, speedOut: 12_500, backupPlanId: 0, created }

  return [
    { ...base, id: 1, name: 'VPS S', memory: 1024, storage: 20, cores: 1 },
    { ...base, id: 2, name: 'VPS M', memory: 2048, storage: 40, cores: 2, traffic: 2000 },
    { ...base, id: 3, name: 'VPS L', memory: 4096, storage: 80, cores: 4, traffic: 4000, backupPlanId: 1 },
    { ...base, id: 4, name: 'VPS XL', memory: 8192, storage: 160, cores: 8, traffic: 0, speedIn: 125_000, speedOut: 125_000, backupPlanId: 1 },
    { ...base, id: 9, name: 'VPS 2021 (no longer sold)', description: 'Replaced by the newer packages', enabled: false, memory: 512, storage: 10, cores: 1 },
  ]
}

function seedHypervisors(random: Random, created: number): Hypervisor[] {
  const base = { enabled: true, prohibit: false, maintenance: false, maxServers: 0, maxMemory: 524_288, maxCores: 512, maxStorage: 20_000, created }
  const make = (id: number, groupId: number, name: string, limits: Partial<Hypervisor> = {}): Hypervisor =>
    ({ ...base, id, groupId, name, ip: `10.20.${groupId}.${id}`, encryptedToken: random.text(64), ...limits })

  return [
    make(11, 1, 'ams-kvm-01'),
    make(12, 1, 'ams-kvm-02'),
    make(13, 1, 'ams-kvm-03', { prohibit: true }),
    make(21, 2, 'fra-kvm-01'),
    make(22, 2, 'fra-kvm-02'),
    make(31, 3, 'tiny-kvm-01', { maxMemory: 512, maxCores: 1, maxStorage: 10 }),
  ]
}

/** Addresses from the ranges that are set aside for examples and benchmarks, so that none belongs to anybody. */
export function addressRange(prefix: string, thirdFrom: number, thirdTo: number): readonly string[] {
  const addresses: string[] = []
  for (let third = thirdFrom; third <= thirdTo; third += 1) {
    for (let last = 10; last <= 250; last += 1) addresses.push(`${prefix}.${third}.${last}`)
  }

  return Object.freeze(addresses)
}

/** Made once and shared by every world: thousands of texts that nobody changes. */
const ADDRESSES = {
  amsterdam: addressRange('198.18', 0, 15),
  frankfurt: addressRange('198.19', 0, 15),
  tiny: Object.freeze(['203.0.113.2', '203.0.113.3']),
  none: Object.freeze([]),
}

function seedBlocks(created: number): IpBlock[] {
  const four = { type: 4 as const, prefix: null, nextSubnet: 1, firstFree: 0, created }
  const six = { type: 6 as const, netmask: '', addresses: ADDRESSES.none, nextSubnet: 1, firstFree: 0, created }

  return [
    { ...four, id: 1, groupId: 1, name: '198.18.0.0/20', gateway: '198.18.0.1', netmask: '255.255.240.0', addresses: ADDRESSES.amsterdam },
    { ...four, id: 2, groupId: 2, name: '198.19.0.0/20', gateway: '198.19.0.1', netmask: '255.255.240.0', addresses: ADDRESSES.frankfurt },
    { ...four, id: 3, groupId: 3, name: '203.0.113.0/29', gateway: '203.0.113.1', netmask: '255.255.255.248', addresses: ADDRESSES.tiny },
    { ...six, id: 4, groupId: 1, name: 'Amsterdam IPv6', gateway: '2001:db8:a::1', prefix: '2001:db8:a:' },
    { ...six, id: 5, groupId: 2, name: 'Frankfurt IPv6', gateway: '2001:db8:f::1', prefix: '2001:db8:f:' },
  ]
}

function makeTemplates(): Template[] {
  const linux = { type: 'linux' as const, variant: 'Minimal', description: LINUX, minMemory: 512, endOfLife: false, isBroken: false }

  return [
    { ...linux, id: 1, group: 'Debian', name: 'Debian', version: '12 (Bookworm)', icon: 'debian_logo.png' },
    { ...linux, id: 2, group: 'Debian', name: 'Debian', version: '13 (Trixie)', icon: 'debian_logo.png' },
    { ...linux, id: 3, group: 'Ubuntu', name: 'Ubuntu Server', version: '24.04 LTS (Noble Numbat)', icon: 'ubuntu_logo.png' },
    { ...linux, id: 4, group: 'AlmaLinux', name: 'AlmaLinux', version: '9', icon: 'almalinux_logo.png' },
    { ...linux, id: 5, group: 'Rocky Linux', name: 'Rocky Linux', version: '9', icon: 'rocky_linux_logo.png' },
    {
      ...linux, id: 6, group: 'Windows', name: 'Windows Server', version: '2022', variant: 'Standard', type: 'windows',
      icon: 'windows_logo.png', minMemory: 2048, description: 'Needs a licence of your own and at least 2 GB of memory.',
    },
    { ...linux, id: 7, group: 'Debian', name: 'Debian', version: '11 (Bullseye)', icon: 'debian_logo.png', endOfLife: true },
    {
      ...linux, id: 99, group: 'Testing', name: 'Broken image (build always fails)', version: '1', icon: 'testing_logo.png',
      isBroken: true, description: 'Every build of this template ends as failed.',
    },
  ]
}

const TEMPLATES = frozen(makeTemplates())

function seedUsers(random: Random, created: number): User[] {
  const base = {
    admin: false, extRelationId: null, relationStrings: [], selfService: 0, hourlyGroupProfiles: [], resourceGroupProfiles: [],
    hourlyResourcePack: null, suspended: false, created, updated: created,
  }

  return [
    { ...base, id: 1, admin: true, name: 'Panel admin', email: 'admin@panel.example', password: random.text(20) },
    { ...base, id: 2, name: 'Shared resale', email: 'resale@panel.example', password: random.text(20) },
  ]
}

/** Rows that handlers only read: a change puts another row in their place. */
function frozen<Row extends object>(rows: Row[]): readonly Readonly<Row>[] {
  return rows.map(row => Object.freeze(row))
}

const byId = <Row extends { id: number }>(rows: readonly Row[]) => new Map(rows.map(row => [row.id, row]))

/** The catalogue of a fresh panel: packages, groups, hypervisors, addresses, templates and two people. */
export function seedState(random: Random, startAt: number): State {
  const created = startAt - 400 * DAY
  const group = (id: number, name: string, description: string) =>
    ({ id, name, description, enabled: true, isDefault: id === 1, created })

  return {
    nextIds: { users: 3, servers: 101, queue: 1001, ipv4: 5001, ipv6: 6001, disks: 7001, sshKeys: 1, blocks: 6 },
    packages: byId(frozen(seedPackages(created))),
    groups: byId(frozen([group(1, 'Amsterdam', 'Three hypervisors'), group(2, 'Frankfurt', 'Two hypervisors'), group(3, 'Tiny', 'Full from the start')])),
    hypervisors: byId(seedHypervisors(random, created)),
    blocks: byId(seedBlocks(created)),
    templates: byId(TEMPLATES),
    users: byId(seedUsers(random, created)),
    sshKeys: new Map(),
    servers: new Map(),
    queue: new Map(),
    credits: new Map(),
    resourcePacks: new Map(),
    signInTokens: [],
    usedAddresses: new Map(),
    due: [],
    moves: [],
  }
}
