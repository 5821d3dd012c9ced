import { advanceOperation } from '../../../server/engine/advance-operation.ts'
import type { Engine, EngineClient, Store } from '../../../server/engine/ports.ts'
import { edgeOf } from './edges.ts'
import type { Faults } from './faults.ts'
import type { MemoryDatabase } from './memory-database.ts'
import type { Chance } from './random.ts'
import type { VirtualTime } from './virtual-time.ts'

/** The connection to the database broke: before the statement arrived, or before its answer did. */
class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

export interface WorkerPorts {
  time: VirtualTime
  faults: Faults
  /** For the engine's own draws. */
  chance: Chance
  database: MemoryDatabase
  settleMs: number
  connect(worker: Worker): EngineClient
  trace(line: string): void
  isTraced: boolean
  /** Told of each step that led to another one. */
  took(edge: string): void
  /** Told when the process dies, so that somebody starts another. */
  onDeath(worker: Worker): void
}

/** What the engine says of a step that it has stored. */
interface LogLine { kind?: string, step?: string, to?: string }

/** Jobs that one process works side by side. */
const SLOTS = 2
const QUERY_MS = 2
/** So long it takes until a worker hears of a job. */
const NOTICE_MS = 3

/**
 * One process that works the queue. Everything that it waits for goes through `cross`, where it can be killed or stopped for a while;
 * a dead one never goes on, whatever it still waits for.
 */
export class Worker {
  readonly id: string
  readonly engine: Engine
  isAlive = true
  private readonly ports: WorkerPorts
  private pausedUntil = 0
  private idle = SLOTS
  private readonly startedAt: number
  private stopPump = () => {}
  private pumpsAt = Infinity

  constructor(id: string, ports: WorkerPorts) {
    this.id = id
    this.ports = ports
    this.startedAt = ports.time.now
    const log = (about: LogLine, message?: string) => {
      if (about.to !== undefined && about.to !== about.step) ports.took(edgeOf(about.kind ?? '', about.step ?? '', about.to))
      if (ports.isTraced) ports.trace(`${id} ${message ?? ''} ${JSON.stringify(about, (key, value: unknown) => (key === 'err' && value instanceof Error ? value.message : value))}`)
    }
    this.engine = {
      clock: {
        monotonicMs: () => ports.time.now - this.startedAt,
        sleep: (ms) => this.cross('clock.sleep', ms, () => {}, false),
        every: (ms, run) => this.every(ms, run),
      },
      random: { next: () => ports.chance.next(), uuid: () => ports.chance.uuid(ports.time.now) },
      store: this.openStore(),
      client: async () => client,
      health: { note: (answer, operation) => this.cross('health.note', QUERY_MS, () => ports.database.noteAnswer(answer, operation)) },
      log: { debug: log, info: log, warn: log, error: log } as Engine['log'],
      settleMs: ports.settleMs,
      stopping: { aborted: false },
    }
    const client = ports.connect(this)
  }

  /** One await of this process: the time it takes, what goes wrong before the effect, the effect, and what goes wrong after it. */
  cross<T>(point: string, ms: number, perform: () => T, canFail = true): Promise<T> {
    const { faults, time } = this.ports
    const fault = faults.process(point, canFail)
    return new Promise((resolve, reject) => {
      this.later(fault === 'kill-before' || fault === 'pause-before' ? fault : null, ms, () => {
        if (fault === 'fail-before') return reject(new ConnectionError(`${point}: the connection broke`))
        let ending: () => void
        try {
          const value = perform()
          ending = fault === 'fail-after' ? () => reject(new ConnectionError(`${point}: the answer was lost`)) : () => resolve(value)
        }
        catch (error) {
          ending = () => reject(error as Error)
        }
        if (fault !== 'kill-after' && fault !== 'pause-after' && this.pausedUntil <= time.now) return ending()
        this.later(fault === 'kill-after' ? 'kill-before' : fault === 'pause-after' ? 'pause-before' : null, 0, ending)
      })
    })
  }

  /** Goes on after `ms`, but never while the process is stopped, and not at all once it is dead. */
  later(fate: 'kill-before' | 'pause-before' | null, ms: number, go: () => void): void {
    const { time, faults } = this.ports
    if (!this.isAlive) return
    if (fate === 'kill-before') return this.die()
    if (fate === 'pause-before') this.pausedUntil = Math.max(this.pausedUntil, time.now + faults.pauseMs())
    time.after(ms, () => { this.goOn(go) })
  }

  private goOn(go: () => void): void {
    const { time } = this.ports
    if (!this.isAlive) return
    if (this.pausedUntil > time.now) time.after(this.pausedUntil - time.now, () => { this.goOn(go) })
    else go()
  }

  private every(ms: number, run: () => void): () => void {
    const { time } = this.ports
    let isOver = false
    const beat = () => {
      if (isOver) return
      run()
      cancel = time.after(ms, () => { this.goOn(beat) })
    }
    let cancel = time.after(ms, () => { this.goOn(beat) })
    return () => {
      isOver = true
      cancel()
    }
  }

  die(): void {
    if (!this.isAlive) return
    this.isAlive = false
    this.stopPump()
    this.ports.trace(`${this.id} dies`)
    this.ports.onDeath(this)
  }

  /** There is something to do in `ms`. A worker without an idle slot looks for itself when one is. */
  nudge(ms: number): void {
    const { time } = this.ports
    const at = time.now + Math.max(NOTICE_MS, ms)
    if (!this.isAlive || this.idle === 0 || this.pumpsAt <= at) return
    this.stopPump()
    this.pumpsAt = at
    this.stopPump = time.after(at - time.now, () => { this.goOn(() => { this.pump() }) })
  }

  /** Takes due jobs for the idle slots, and comes back when the next one is due. */
  pump(): void {
    const { database } = this.ports
    if (!this.isAlive) return
    this.stopPump()
    this.pumpsAt = Infinity
    while (this.idle > 0) {
      const taken = database.takeJob(this.id)
      if (!taken) break
      this.idle -= 1
      const end = (hasFailed: boolean) => {
        if (!this.isAlive) return
        database.endJob(taken.key, taken.job, hasFailed)
        this.idle += 1
        this.pump()
      }
      advanceOperation(this.engine, taken.job.operationId).then(() => end(false), () => end(true))
    }
    const next = database.msToNextJob()
    if (next !== null) this.nudge(next)
  }

  private openStore(): Store {
    const { database } = this.ports
    const query = <T>(point: `store.${keyof Store}`, perform: () => T) => this.cross(point, QUERY_MS, perform)
    return {
      claim: (id) => query('store.claim', () => database.claim(id)),
      renew: (lease) => query('store.renew', () => { database.renew(lease) }),
      handOver: (lease) => query('store.handOver', () => { database.handOver(lease) }),
      schedule: (id, at) => query('store.schedule', () => { database.schedule(id, at.getTime()) }),
      write: (move) => query('store.write', () => database.write(move)),
      writeFacts: (operation, _server, facts) => query('store.writeFacts', () => { database.writeFacts(operation, facts) }),
      beginAttempt: (attempt, lease) => query('store.beginAttempt', () => { database.beginAttempt(attempt, lease) }),
      completeAttempt: (id, ending) => query('store.completeAttempt', () => { database.completeAttempt(id, ending) }),
      recordCall: (call) => query('store.recordCall', () => { database.recordCall(call) }),
      completeLostAttempts: (id, action) => query('store.completeLostAttempts', () => database.completeLostAttempts(id, action)),
      findLastAttempt: (id, action) => query('store.findLastAttempt', () => database.findLastAttempt(id, action)),
      takeOwner: (lease, ownerId) => query('store.takeOwner', () => database.takeOwner(lease, ownerId)),
      findBound: (remotes, except) => query('store.findBound', () => database.findBound(remotes, except)),
      keepPanelUser: (id, userId) => query('store.keepPanelUser', () => database.keepPanelUser(id, userId)),
      isGivenAgain: (userId, relation) => query('store.isGivenAgain', () => database.isGivenAgain(userId, relation)),
      findPanelUser: (id) => query('store.findPanelUser', () => database.findPanelUser(id)),
      hasSiblingMakingUser: (id, customerId) => query('store.hasSiblingMakingUser', () => database.hasSiblingMakingUser(id, customerId)),
      believeAbsence: (serverId, at) => query('store.believeAbsence', () => database.believeAbsence(serverId, at)),
      findRival: (serverId, id) => query('store.findRival', () => database.findRival(serverId, id)),
      mayProbe: () => query('store.mayProbe', () => database.mayProbe()),
      spendHarm: (operation) => query('store.spendHarm', () => database.spendHarm(operation)),
      installationName: () => query('store.installationName', () => 'berth-simulation'),
      createSettings: () => query('store.createSettings', () => database.settings),
    }
  }
}
