import { createClock, type Clock } from './clock.ts'
import { createFaults, type Faults } from './faults.ts'
import { createLedger, type Ledger, type LedgerEntry } from './ledger.ts'
import { createRandom, type Random } from './random.ts'
import { seedState } from './seed.ts'
import { defaultSettings, type Settings } from './settings.ts'
import { copyOf, takeId, type Due, type State } from './state.ts'
import { createRateWindow, defaultTokens, type Token } from './tokens.ts'
import type { Usage } from './capacity.ts'
import { createCensus, type Census } from './census.ts'
import { isoDate } from './dates.ts'
import { applyDue } from './work.ts'

interface WorldOptions {
  seed: number
  token: string
  workSpeed: number
  /** Simulated time in ms to begin at. */
  startAt: number
  /** Wall time in ms that a running clock follows; default the machine's. */
  wallNow?: () => number
}

export interface PanelEvent {
  id: number
  name: string
  status: 'success' | 'fail'
  serverId: number
  at: number
}

const DAY = 86_400_000

const uuidsOf = ({ servers }: State) => new Set([...servers.values()].map(({ uuid }) => uuid))

/** A request that a network held back and that arrives now. */
type LateRequestHandler = (due: Due) => void

/** Everything that the simulated panel is: its data, its time, and what tests may do to it. */
export class World {
  readonly options: WorldOptions
  readonly clock: Clock
  readonly random: Random
  readonly ledger: Ledger = createLedger()
  readonly faults: Faults
  private readonly chance: Random
  readonly rates = createRateWindow()
  /** Sums over the servers, so that nobody walks over all of them for each call. */
  readonly census: Census = createCensus(() => this.state)
  readonly snapshots = new Map<string, State>()
  state: State
  settings: Settings
  tokens: Token[]
  /** Answers are given again for as long as nothing changes. Only for callers that change nothing but through calls, time and snapshots. */
  keepsAnswers = false
  private readonly kept = new Map<string, { day: number, value: unknown }>()
  onEvent: (event: PanelEvent) => void = () => {}
  onLateRequest: LateRequestHandler = () => {}
  private dueOrder = 0
  private dueAt: number | null = null

  constructor(options: WorldOptions) {
    this.options = options
    this.clock = createClock(options.startAt, options.wallNow)
    this.random = createRandom(options.seed)
    this.chance = createRandom(options.seed + 1)
    this.faults = createFaults(this.chance)
    this.settings = defaultSettings(options.workSpeed)
    this.tokens = defaultTokens(options.token)
    this.state = seedState(this.random, options.startAt)
  }

  /** Simulated time in ms; while something due is applied, the time at which it was due. */
  now(): number {
    return this.dueAt ?? this.clock.now()
  }

  /** Back to the seeded catalogue, empty ledger, no faults, default settings. The clock goes on. */
  reset() {
    this.random.restore(this.options.seed)
    this.chance.restore(this.options.seed + 1)
    this.rates.clear()
    this.faults.clear()
    this.ledger.clear()
    this.snapshots.clear()
    this.settings = defaultSettings(this.options.workSpeed)
    this.tokens = defaultTokens(this.options.token)
    this.state = seedState(this.random, this.options.startAt)
    this.touch()
  }

  /** Forgets what was worked out from the state; to be called after a server's size was changed. */
  touch() {
    this.census.forget()
    this.kept.clear()
  }

  /** Something may have changed: what was kept is worked out anew. */
  forgetAnswers() {
    this.kept.clear()
  }

  /** What `make` gives, once for each state of the panel and each day: traffic periods begin with days. */
  keep<Value>(key: string, make: () => Value): Value {
    if (!this.keepsAnswers) return make()
    const day = Math.floor(this.now() / DAY)
    const known = this.kept.get(key)
    if (known?.day === day) return known.value as Value
    const value = make()
    this.kept.set(key, { day, value })

    return value
  }

  /** What a hypervisor's servers take up. */
  usage(hypervisorId: number): Usage {
    return this.census.usage(hypervisorId)
  }

  /** Writes an effect into the ledger and gives its number. */
  record(entry: Omit<LedgerEntry, 'number' | 'at' | 'uuid'>): number {
    const { serverId } = entry.ids
    const uuid = serverId === undefined ? null : this.state.servers.get(serverId)?.uuid ?? null

    return this.ledger.add({ ...entry, at: isoDate(this.now()), uuid }).number
  }

  /** Writes an effect that no request asked for at this moment. */
  recordOwn(effect: string, ids: Record<string, number>, cause: number | null, body: unknown = null): number {
    return this.record({ effect, operation: null, path: null, requestId: null, token: null, call: null, cause, ids, body })
  }

  emit(event: Omit<PanelEvent, 'at'>) {
    this.onEvent({ ...event, at: this.now() })
  }

  /** Real duration of a piece of the panel's work, in simulated ms. */
  duration(kind: keyof Settings['durations']): number {
    return this.settings.durations[kind] / this.settings.workSpeed
  }

  schedule(due: Omit<Due, 'order'>) {
    const stored = { ...due, order: this.dueOrder += 1 }
    const { due: list } = this.state
    let index = list.length
    while (index > 0 && (list[index - 1]?.at ?? 0) > stored.at) index -= 1
    list.splice(index, 0, stored)
  }

  /** Drops what was due for a server; `kind` narrows it down. */
  unschedule(serverId: number, kind?: string) {
    this.state.due = this.state.due.filter(due => due.serverId !== serverId || (kind !== undefined && due.kind !== kind))
  }

  /** Applies everything that is due by now, in order. */
  settle() {
    const now = this.clock.now()
    for (;;) {
      const next = this.state.due[0]
      if (!next || next.at > now) return
      this.state.due.shift()
      this.forgetAnswers()
      this.dueAt = next.at
      if (next.kind === 'late-request') this.onLateRequest(next)
      else applyDue(this, next)
      this.dueAt = null
    }
  }

  snapshot(name: string) {
    this.snapshots.set(name, copyOf(this.state))
  }

  /** Puts the panel back as it was at the snapshot; ids given since come back. The ledger stays: it is the truth. */
  restoreSnapshot(name: string): boolean {
    const stored = this.snapshots.get(name)
    if (stored === undefined) return false
    const before = uuidsOf(this.state)
    this.state = copyOf(stored)
    this.touch()
    const after = uuidsOf(this.state)
    // What nobody deleted is gone, and what was deleted is back: the ledger must say so, or it would no longer be the truth.
    const [lost, revived] = [[...before].filter(uuid => !after.has(uuid)), [...after].filter(uuid => !before.has(uuid))]
    this.recordOwn('panel.restored', {}, null, { name, lost, revived })

    return true
  }

  takeId(counter: string): number {
    return takeId(this.state, counter)
  }
}
