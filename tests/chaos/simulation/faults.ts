import type { Chance } from './random.ts'

/** What can go wrong at an await of a worker. */
export const PROCESS_FAULTS = ['kill-before', 'kill-after', 'pause-before', 'pause-after', 'fail-before', 'fail-after'] as const
export type ProcessFault = (typeof PROCESS_FAULTS)[number]

/** What can go wrong between a worker and the panel. `before` and `after` say on which side of the effect. */
export const NETWORK_FAULTS = [
  'refused', 'dns', 'lost-before', 'lost-after', 'hang-before', 'hang-after', 'late', 'error-before', 'error-after', 'html-before', 'html-after',
  'busy', 'rate-limited', 'unauthorized', 'absent', 'truncated', 'misshapen', 'slow',
] as const
export type NetworkFault = (typeof NETWORK_FAULTS)[number]

/** Faults that say nothing of their own about a read beyond "no answer". */
const OF_READS = new Set<NetworkFault>(['absent', 'refused', 'lost-before', 'hang-before', 'error-before', 'html-before', 'rate-limited', 'unauthorized', 'truncated', 'misshapen', 'slow'])

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

/** Counts what was injected where, over all schedules of a run: a fault that never struck proves nothing. */
export class Coverage {
  readonly counts = new Map<string, number>()

  note(fault: string, point: string): void {
    const key = `${fault} @ ${point}`
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
  }

  add(other: Iterable<[string, number]>): void {
    for (const [key, count] of other) this.counts.set(key, (this.counts.get(key) ?? 0) + count)
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }
}

/** Draws faults for one schedule from its own chance, so that what strikes does not depend on what the engine draws. */
export class Faults {
  hostility: Hostility
  private absentAt = -Infinity
  private readonly chance: Chance
  private readonly coverage: Coverage
  private readonly without: ReadonlySet<string>

  constructor(chance: Chance, hostility: Hostility, coverage: Coverage, without: ReadonlySet<string>) {
    this.chance = chance
    this.hostility = hostility
    this.coverage = coverage
    this.without = without
  }

  /** At most one thing goes wrong at an await. `canFail`: there is a database or a network behind it. */
  process(point: string, canFail: boolean): ProcessFault | null {
    const { kill, pause, fail } = this.hostility
    if (kill + pause + fail === 0) return null
    const drawn = this.chance.next()
    const kinds: [ProcessFault, number][] = [
      ['kill-before', kill / 2], ['kill-after', kill / 2], ['pause-before', pause / 2], ['pause-after', pause / 2],
      ['fail-before', canFail ? fail / 2 : 0], ['fail-after', canFail ? fail / 2 : 0],
    ]
    let edge = 0
    for (const [kind, share] of kinds) {
      edge += share
      if (drawn < edge) {
        if (this.without.has(kind)) return null
        this.coverage.note(kind, point)
        return kind
      }
    }
    return null
  }

  network(point: string, isRead: boolean, now: number): NetworkFault | null {
    if (this.hostility.network === 0 || !this.chance.hits(this.hostility.network)) return null
    const fault = this.chance.pick(NETWORK_FAULTS)
    // A panel that twice in a row denies what it has can't be told from one that has lost it.
    if (fault === 'absent' && now - this.absentAt < LONGEST_DOUBT_MS) return null
    // The effect of a read is nothing, so only its answer can go wrong.
    if ((isRead ? !OF_READS.has(fault) : fault === 'absent') || this.without.has(fault)) return null
    if (fault === 'absent') this.absentAt = now
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

const LONGEST_DOUBT_MS = 60 * 60_000
export const LONGEST_LATENESS_MS = 66 * 60_000
