/** Where something could have gone wrong, and in which ways. */
export interface Visited { point: string, count: number, faults: readonly string[] }

/** Counts what was injected where, and where anything could have been, over all lives of a run: a fault that never struck proves nothing. */
export class Coverage {
  readonly counts = new Map<string, number>()
  private readonly seen = new Map<readonly string[], Map<string, Visited>>()

  /** How often an operation went from one step to another. */
  readonly edges = new Map<string, number>()

  took(edge: string): void {
    this.edges.set(edge, (this.edges.get(edge) ?? 0) + 1)
  }

  note(fault: string, point: string): void {
    const pair = pairOf(fault, point)
    this.counts.set(pair, (this.counts.get(pair) ?? 0) + 1)
  }

  /** The count of an await where each of `faults` can strike, for whoever comes to it. */
  visited(point: string, faults: readonly string[]): Visited {
    let points = this.seen.get(faults)
    if (!points) this.seen.set(faults, points = new Map())
    let visited = points.get(point)
    if (!visited) points.set(point, visited = { point, count: 0, faults })
    return visited
  }

  get visits(): Visited[] {
    return [...this.seen.values()].flatMap((points) => [...points.values()])
  }
}

const pairOf = (fault: string, point: string) => `${fault} @ ${point}`

/** A pair of fault and await is struck often enough with a hundred times, or once in so many lives. */
const LIVES_PER_HIT = 2_000
const ENOUGH = 100
/** An await to which fewer than one in so many lives comes is beyond the reach of a run. */
const SELDOM = 200

export interface Verdict {
  pairs: number
  /** Struck less often than so many lives should have. */
  lacking: string[]
  /** Struck less than a hundred times, which short runs may. */
  rare: number
  /** Awaits that lives hardly come to, with how often they did. */
  seldom: string[]
}

/** Whether every fault that can strike somewhere has struck there, measured by the number of lives. */
export function judgeCoverage(lives: number, counts: readonly [string, number][], visits: readonly Visited[]): Verdict {
  const hits = new Map(counts)
  const isSeldom = ({ count }: Visited) => count * SELDOM < lives
  const pairs = visits.filter((visited) => !isSeldom(visited)).flatMap(({ point, faults }) => faults.map((fault) => pairOf(fault, point)))
  const needed = Math.min(ENOUGH, Math.floor(lives / LIVES_PER_HIT))
  return {
    pairs: pairs.length,
    lacking: pairs.filter((pair) => (hits.get(pair) ?? 0) < needed),
    rare: pairs.filter((pair) => (hits.get(pair) ?? 0) < ENOUGH).length,
    seldom: [...new Set(visits.filter(isSeldom).map(({ point, count }) => `${point} (${count})`))],
  }
}

/** Sums up what several processes have seen. */
export function addVisits(sums: Map<string, Visited>, visits: readonly Visited[]): void {
  for (const visited of visits) {
    const key = `${visited.point} ${visited.faults.join()}`
    const sum = sums.get(key)
    sums.set(key, sum ? { ...sum, count: sum.count + visited.count } : visited)
  }
}
