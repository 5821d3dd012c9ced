import type { Coverage, Visited } from './coverage.ts'
import type { Chance } from './random.ts'

/** What can go wrong at an await of a worker. */
export const PROCESS_FAULTS = ['kill-before', 'kill-after', 'pause-before', 'pause-after', 'fail-before', 'fail-after'] as const
export type ProcessFault = (typeof PROCESS_FAULTS)[number]

/** Where no connection is that could break. */
const WITHOUT_DATABASE: readonly ProcessFault[] = ['kill-before', 'kill-after', 'pause-before', 'pause-after']

/** What can go wrong between a worker and the panel. `before` and `after` say on which side of the effect. */
export const NETWORK_FAULTS = [
  'refused', 'dns', 'lost-before', 'lost-after', 'hang-before', 'hang-after', 'late', 'error-before', 'error-after', 'html-before', 'html-after',
  'busy', 'rate-limited', 'unauthorized', 'absent', 'truncated', 'misshapen', 'slow',
] as const
export type NetworkFault = (typeof NETWORK_FAULTS)[number]

/** The effect of a read is nothing, so only its answer can go wrong. */
const OF_READS: readonly NetworkFault[] = ['absent', 'refused', 'lost-before', 'hang-before', 'error-before', 'html-before', 'rate-limited', 'unauthorized', 'truncated', 'misshapen', 'slow']
const OF_CHANGES = NETWORK_FAULTS.filter((fault) => fault !== 'absent')

/** How hostile a schedule is. */
export interface Hostility {
  kill: number
  pause: number
  fail: number
  network: number
}

export const CALM: Hostility = { kill: 0, pause: 0, fail: 0, network: 0 }

export function drawHostility(chance: Chance): Hostility {
  const scale = chance.pick([0.2, 0.5, 1, 2])
  return { kill: 0.006 * scale, pause: 0.006 * scale, fail: 0.012 * scale, network: chance.pick([0.05, 0.15, 0.35]) }
}

/** Probabilities are multiplied by so much at awaits that lives come to rarely: what is rare is struck as often as what is not. */
const OFTENER: Readonly<Record<string, number>> = {
  'clock.sleep': 40, 'store.completeLostAttempts': 30, 'store.writeFacts': 40, 'store.believeAbsence': 20, 'store.hasSiblingMakingUser': 30,
  'panel.servers.unsuspend': 40, 'panel.servers.boot': 40, 'panel.servers.delete': 30, 'panel.servers.poweroff': 30, 'panel.servers.restart': 30, 'panel.servers.shutdown': 30, 'panel.servers.modifyMemory': 40,
  'panel.servers.suspend': 30, 'panel.packages.get': 20, 'store.findRival': 15, 'panel.servers.rename': 8, 'panel.servers.list': 8, 'store.keepPanelUser': 8, 'panel.users.create': 5,
  'store.spendHarm': 8, 'panel.users.deleteByExtRelation': 20, 'store.mayProbe': 8, 'panel.queue.get': 6, 'panel.users.getByExtRelation': 5, 'panel.templates.fromServer': 5, 'panel.servers.build': 3, 'store.schedule': 4,
  'panel.servers.create': 2, 'store.createSettings': 4, 'store.findLastAttempt': 3, 'store.findBound': 2, 'store.takeOwner': 2,
}
/** So likely is it at most that something goes wrong at an await; else nothing would come to what lies behind it. */
const MOST = 0.4

/** An await as a life knows it. */
interface Site { visited: Visited, oftener: number }

/** Draws faults for one schedule from its own chance, so that what strikes does not depend on what the engine draws. */
export class Faults {
  hostility: Hostility
  private absentAt = -Infinity
  private readonly chance: Chance
  private readonly coverage: Coverage
  private readonly without: ReadonlySet<string>
  private readonly processSites = new Map<string, Site>()
  private readonly networkSites = new Map<string, Site>()

  constructor(chance: Chance, hostility: Hostility, coverage: Coverage, without: ReadonlySet<string>) {
    this.chance = chance
    this.hostility = hostility
    this.coverage = coverage
    this.without = without
  }

  /** At most one thing goes wrong at an await. `canFail`: there is a database or a network behind it. */
  process(point: string, canFail: boolean): ProcessFault | null {
    const { kill, pause, fail } = this.hostility
    const total = kill + pause + (canFail ? fail : 0)
    if (total === 0) return null
    const site = this.visit(this.processSites, point, canFail ? PROCESS_FAULTS : WITHOUT_DATABASE)
    const drawn = this.chance.next() / likelihood(total, site) * total
    if (drawn >= total) return null
    const [kind, from, width] = drawn < kill ? ['kill', 0, kill] as const : drawn < kill + pause ? ['pause', kill, pause] as const : ['fail', kill + pause, fail] as const
    return this.strike(drawn - from < width / 2 ? `${kind}-before` : `${kind}-after`, point)
  }

  network(point: string, isRead: boolean, now: number): NetworkFault | null {
    if (this.hostility.network === 0) return null
    const kinds = isRead ? OF_READS : OF_CHANGES
    const site = this.visit(this.networkSites, point, kinds)
    if (!this.chance.hits(likelihood(this.hostility.network * kinds.length / NETWORK_FAULTS.length, site))) return null
    const fault = this.chance.pick(kinds)
    // A panel that twice in a row denies what it has can't be told from one that has lost it.
    if (fault === 'absent' && now - this.absentAt < LONGEST_DOUBT_MS) return null
    if (fault === 'absent') this.absentAt = now
    return this.strike(fault, point)
  }

  /** A life came to an await where each of `faults` could have struck. An await always has the same. */
  private visit(sites: Map<string, Site>, point: string, faults: readonly string[]): Site {
    let site = sites.get(point)
    if (!site) sites.set(point, site = { visited: this.coverage.visited(point, faults), oftener: OFTENER[point] ?? 1 })
    site.visited.count += 1
    return site
  }

  private strike<T extends ProcessFault | NetworkFault>(fault: T, point: string): T | null {
    if (this.without.has(fault)) return null
    this.coverage.note(fault, point)
    return fault
  }

  /** A pause of a process, in ms: mostly seconds, at times long past every lease and deadline. */
  pauseMs(): number {
    return Math.round(this.chance.skewed(500, 50 * 60_000))
  }

  /** How late a lost request arrives after all, in ms: up to 66 minutes. */
  latenessMs(): number {
    return Math.round(this.chance.skewed(2_000, LONGEST_LATENESS_MS))
  }

  latencyMs(): number {
    return Math.round(this.chance.skewed(5, 400))
  }

  draw(): Chance {
    return this.chance
  }
}

const likelihood = (base: number, { oftener }: Site) => Math.min(MOST, base * oftener)

const LONGEST_DOUBT_MS = 60 * 60_000
export const LONGEST_LATENESS_MS = 66 * 60_000
