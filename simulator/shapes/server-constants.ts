/** Parts of the server object that never change here, in the form of the published example. */
const HYPERV = {
  enabled: false, passthrough: false, relaxed: 0, vapic: 0, spinlocks: 0, vpindex: 0, runtime: 0, synic: 0, stimer: 0, reset: 0,
  vendorId: 0, frequencies: 0, reenlightenment: 0, tlbflush: 0, ipi: 0, evmcs: 0, vendorIdValue: 'KVM VM', spinlocksValue: 8191,
  clockEnabled: 0,
}

export const SETTINGS = {
  backupPlan: null,
  uefi: false,
  uefiType: 0,
  cloudInit: true,
  cloudInitType: 1,
  config: [],
  userConfig: [],
  bootOrder: ['hd', 'cdrom'],
  tpmType: 0,
  networkBoot: false,
  bootMenu: 1,
  customISO: 1,
  securityDriver: 3,
  memBalloon: { model: 1, autoDeflate: 0, freePageReporting: 0 },
  hyperv: HYPERV,
  extended: { cpuFlags: { topoext: '1', svm: '1', vmx: '1' } },
  machineType: 'inherit',
  pciPorts: 16,
}

export const TOPOLOGY = { enabled: false, sockets: 1, cores: 1, threads: 1, dies: 1 }

export const MEDIA = { isoMounted: false, isoType: 'local', isoName: '', isoFilename: '', isoUrl: '', isoDownload: false }

export const CUSTOM_XML_PARTS = ['domain', 'os', 'devices', 'features', 'clock', 'cpuTune'] as const

/** The smallest image that a viewer accepts; the real panel sends a screenshot of the guest here. */
const SMALLEST_SCREEN
  = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

const screens = new Map<number, string>()

/** A picture of about as many characters of base64, but never less than the smallest; viewers ignore what stands behind its end. */
export function screenOf(characters: number): string {
  if (characters <= SMALLEST_SCREEN.length) return SMALLEST_SCREEN
  const known = screens.get(characters)
  if (known !== undefined) return known
  const picture = Buffer.from(SMALLEST_SCREEN, 'base64')
  const screen = Buffer.concat([picture, Buffer.alloc(Math.ceil(characters * 3 / 4) - picture.length)]).toString('base64')
  screens.set(characters, screen)

  return screen
}

export const RESOLVERS_4 = { resolver1: '192.0.2.53', resolver2: '192.0.2.54' }
export const RESOLVERS_6 = { resolver1: '2001:db8::53', resolver2: '2001:db8::54' }

export const INTERFACE = {
  driver: 1,
  processQueues: null,
  ipv4ToMac: null,
  ipv6ToMac: null,
  inTrafficCount: true,
  outTrafficCount: false,
  inPeak: 0,
  inBurst: 0,
  outPeak: 0,
  outBurst: 0,
  ipFilter: false,
  vlans: [],
  ipFilterType: null,
  portIsolated: false,
  ipv4_resolver_1: 1,
  ipv4_resolver_2: 2,
  ipv6_resolver_1: 1,
  ipv6_resolver_2: 2,
  networkProfile: 0,
  dhcpV4: 0,
  dhcpV6: 0,
  isNat: false,
  nat: false,
  firewall: [],
  actions: [],
}
