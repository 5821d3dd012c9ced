import { givesWay, type OperationKind } from '#shared/lifecycle/operations.ts'
import { judgeAction, judgeOffer, type ServerFacts } from '#shared/lifecycle/servers.ts'
import { isClean } from '../../../server/engine/create/find-candidates.ts'
import { abandonment, adoption, release, type Resolution } from '../../../server/engine/create/resolution.ts'
import { lookForServer } from '../../../server/engine/create/look-for-server.ts'
import { readCreateMemory } from '../../../server/engine/create/memory.ts'
import type { Order } from '../../../server/engine/create/order.ts'
import { LeaseLostError } from '../../../server/engine/ports.ts'
import { openPanel } from '../../../server/engine/panel-port.ts'
import { planRetry } from '../../../server/engine/plan-retry.ts'
import { memoryOf, type Subject } from '../../../server/engine/run.ts'
import type { Operation, Prisma } from '../../../server/generated/prisma/client.ts'
import { Checks, type Violation } from './checks.ts'
import { Coverage } from './coverage.ts'
import { CALM, drawHostility, Faults, LONGEST_LATENESS_MS } from './faults.ts'
import { putHandsOn, type Host } from './hands.ts'
import { ConstraintError, MemoryDatabase } from './memory-database.ts'
import { FINDING_USERS, SimulatedPanel } from './panel.ts'
import { Chance } from './random.ts'
import { newOperation, newServer, wishBefore, type Customer } from './rows.ts'
import { sweepForOrphans } from './sweep.ts'
import { VirtualTime } from './virtual-time.ts'
import { Worker } from './worker.ts'

/** How a life's orders are sent: all for their owners, all for throw-away users, or each as it comes. */
export const LIFE_MODES = ['direct', 'escrow', 'mixed'] as const
export type LifeMode = (typeof LIFE_MODES)[number]

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Every run begins at the same moment, so that it is the same run. */
const START = Date.UTC(2026, 0, 5, 8)
const CHANGES: Exclude<OperationKind, 'create'>[] = ['suspend', 'unsuspend', 'boot', 'shutdown', 'restart', 'poweroff', 'rename', 'rebuild', 'delete']
/** Orders of a life. Most bugs of such protocols need few, and short lives are many; long ones find the rest. */
const SIZES = [1, 1, 1, 2, 2, 2, 3, 3, 4, 6]
const SHARED_OWNER = 2
/** What some tokens may not read: the engine then knows less, and must not take that for absence. */
const READINGS = [FINDING_USERS, 'GET /servers/user/{userId}', 'GET /packages/{id}']
const drawForbidden = (chance: Chance) => (chance.hits(0.1) ? [chance.pick(READINGS)] : [])
/** Shorter than in production, so that more lives fit into an hour; what it is measured against is never shorter. */
const SETTLE_MS = 90_000
/** An admin who waits for an operation to be worked on looks as often. */
const LOOK_MS = 20
/** Hands rest well before the calm is over, so that what they began comes to its end. */
const HANDS_REST_MS = 20 * MINUTE
/** A life has some thousands of events; one that has more goes in circles. */
const MOST_EVENTS = 100_000

class EndlessError extends Error {
  override readonly name = 'EndlessError'
}

export interface ScheduleResult {
  seed: number
  violations: Violation[]
  events: number
  panelCalls: number
  orders: number
  /** How many orders ended with a server, and how many stood in front of a person at some time. */
  active: number
  asked: number
  trace: string[]
}

export interface ScheduleOptions {
  coverage?: Coverage
  /** Keep every line of what happened, for a replay. */
  isTraced?: boolean
  /** Fewer orders than the seed draws: how a failing life is made smaller. */
  orders?: number
  /** Without it, lives take turns. Chance that only throw-away users need has a stream of its own: a direct life is the same whatever becomes of them. */
  mode?: LifeMode
  /** Faults that do not strike: the same. */
  without?: readonly string[]
  /** Nothing is kept to save time: each answer is made, written and read anew. The life must be the same. */
  isPlain?: boolean
  /** Another store than the one in memory. */
  openDatabase?: (now: () => number) => MemoryDatabase
}

/** One life of a host: orders and changes for an hour while everything fails, then calm until all is settled. The same seed gives the same life. */
export function runSchedule(seed: number, { coverage = new Coverage(), isTraced = false, isPlain = false, orders, mode = modeOf(seed), without = [], openDatabase = (now) => new MemoryDatabase(now) }: ScheduleOptions = {}): ScheduleResult {
  return new Schedule(seed, { coverage, isTraced, isPlain, mode, without, openDatabase }).run(orders)
}

const modeOf = (seed: number): LifeMode => LIFE_MODES[seed % LIFE_MODES.length] ?? 'direct'

const NO_TIME = new VirtualTime(START)
let currentTime = NO_TIME
/** The virtual time of the schedule that runs now: what the patched timers go by. */
export const timeOfNow = () => currentTime

class Schedule {
  private readonly seed: number
  private readonly time = new VirtualTime(START)
  private readonly plan: Chance
  private readonly faults: Faults
  private readonly coverage: Coverage
  private readonly database: MemoryDatabase
  private readonly panel: SimulatedPanel
  private readonly checks: Checks
  private readonly workers: Worker[] = []
  private readonly engineChance: Chance
  private readonly trace: string[] = []
  private readonly isTraced: boolean
  private readonly asked = new Set<string>()
  private readonly retried = new Set<string>()
  private events = 0
  private incarnations = 0
  private clockOffset = 0
  private isCalm = false
  private readonly mode: LifeMode
  private readonly modes: Chance
  /** Drawn apart: lives in which no admin comes in between stay as they are. */
  private readonly presses: Chance
  /** The same for lives in which the panel holds no deletion. */
  private readonly holders: Chance
  /** The same for lives in which nobody else uses a panel that came back from a backup. */
  private readonly strangers: Chance
  /** The same for lives in which the breaker on mass harm holds nothing. */
  private readonly refusals: Chance

  constructor(seed: number, { coverage, isTraced, isPlain, mode, without, openDatabase }: Required<Omit<ScheduleOptions, 'orders'>>) {
    currentTime = this.time
    this.seed = seed
    this.isTraced = isTraced
    this.mode = mode
    this.modes = new Chance(seed ^ 0x3c6ef372)
    this.presses = new Chance(seed ^ 0x1f83d9ab)
    this.holders = new Chance(seed ^ 0x510e527f)
    this.strangers = new Chance(seed ^ 0x6a09e667)
    this.refusals = new Chance(seed ^ 0x9b05688c)
    this.plan = new Chance(seed)
    this.engineChance = new Chance(seed ^ 0x5bd1e995)
    this.coverage = coverage
    this.faults = new Faults(new Chance(seed ^ 0x2545f491), drawHostility(this.plan), coverage, new Set(without))
    this.database = openDatabase(() => this.time.now + this.clockOffset)
    this.panel = new SimulatedPanel(this.time, this.faults, seed, {
      // Throw-away users are only used where the token may do all that they need.
      isPlain, forbidden: mode === 'direct' ? drawForbidden(new Chance(seed ^ 0x1b873593)) : [], offsetMs: this.plan.pick([0, 0, 30_000, -45_000]),
      // What a panel shows of a deletion that lies ahead, and makes of a second one, is not documented.
      settings: { readings: { scheduledDeleteLevel: this.holders.pick(['hidden', 'visible']), deleteTwice: this.holders.pick(['replace', 'replace', 'conflict', 'locked']) } },
      lingering: mode === 'direct' ? null : { chance: this.modes, longestMs: SETTLE_MS - 5_000 },
    })
    this.panel.trace = (line) => this.note(line)
    this.checks = new Checks(this.database, this.panel, () => this.time.now, SETTLE_MS)
    this.database.onSchedule = (ms) => { for (const worker of this.workers) worker.nudge(ms) }
    this.time.afterEvent = () => {
      this.events += 1
      if (this.events > MOST_EVENTS) throw new EndlessError(`${this.events} events by ${new Date(this.time.now).toISOString()}`)
      if (this.database.hasDiverged()) throw new EndlessError('the stores differ')
      this.checks.afterEvent()
    }
  }

  run(wanted: number | undefined): ScheduleResult {
    try {
      this.live(wanted)
    }
    catch (error) {
      if (!(error instanceof EndlessError)) throw error
      this.checks.violations.push({ rule: 'L2', detail: `it goes in circles: ${error.message}`, at: this.time.now })
    }
    for (const detail of this.database.compareRows()) this.checks.violations.push({ rule: 'SQL', detail, at: this.time.now })
    for (const worker of this.workers) worker.die()
    this.panel.disconnect()
    currentTime = NO_TIME
    const creates = [...this.database.operations.values()].filter(({ kind }) => kind === 'create')
    return {
      seed: this.seed, violations: this.checks.violations, events: this.events, panelCalls: this.panel.model.world.ledger.calls.length, orders: creates.length,
      active: creates.filter(({ state }) => state === 'succeeded').length, asked: this.asked.size, trace: this.trace,
    }
  }

  private live(wanted: number | undefined): void {
    const { time, plan } = this
    const drawn = plan.pick(SIZES)
    const orderCount = wanted ?? drawn
    if (plan.hits(0.3)) Object.assign(this.database.settings, { whenNotFound: 'send_again', sendAgainMinutes: Math.ceil(LONGEST_LATENESS_MS / MINUTE) + 4 })
    const customers = Array.from({ length: plan.between(1, 4) }, (_, index) => this.newCustomer(index))
    this.prepopulate()
    for (let number = 1; number <= orderCount; number++) time.after(plan.between(0, 50 * MINUTE), () => this.order(number, plan.pick(customers)))
    for (let number = 0; number <= orderCount; number++) time.after(plan.between(2 * MINUTE, 58 * MINUTE), () => this.change())
    if (plan.hits(0.3)) time.after(plan.between(0, 55 * MINUTE), () => this.makeByHand())
    if (plan.hits(0.15)) time.after(plan.between(10 * MINUTE, 50 * MINUTE), () => {
      this.clockOffset += plan.pick([-HOUR, HOUR, -5 * MINUTE, 7 * MINUTE])
      this.checks.hasJumped = true
    })
    if (plan.hits(0.25)) this.database.safety = { harmPerHour: plan.between(1, 2), harmPercentPerHour: 0 }
    if (plan.hits(0.15)) this.enterSafeMode(plan.between(5 * MINUTE, 50 * MINUTE), plan.between(1, 20) * MINUTE)
    this.breakImage()
    if (this.database.drawsIds) this.switchCustomerOff(customers)
    this.pushSomething()
    putHandsOn(this.host())
    if (plan.hits(0.08)) this.restorePanel(plan.between(5 * MINUTE, 30 * MINUTE), plan.between(5, 25) * MINUTE)
    for (let index = 0; index < 2; index++) this.startWorker()
    this.repeat(30_000, () => this.database.reconcile())
    this.repeat(10 * MINUTE, () => this.person())
    this.repeat(50 * MINUTE, () => this.sweep())
    time.runUntil(START + HOUR)

    this.faults.hostility = CALM
    this.isCalm = true
    for (let until = START + 2 * HOUR; until <= START + 40 * HOUR; until += 20 * MINUTE) {
      time.runUntil(until)
      this.checks.checkBindings(false)
      if (this.isSettled() && until >= START + HOUR + LONGEST_LATENESS_MS + 15 * MINUTE) break
    }
    // What was decided last is looked at by a last sweep.
    this.sweep()
    time.runUntil(time.now + 5 * MINUTE)
    this.checks.checkCalm()
  }

  private note(line: string): void {
    if (this.isTraced) this.trace.push(`${((this.time.now - START) / 1000).toFixed(3)} ${line}`)
  }

  private repeat(ms: number, run: () => void): void {
    const turn = () => {
      run()
      this.time.after(ms, turn)
    }
    this.time.after(ms, turn)
  }

  private isSettled(): boolean {
    return [...this.database.operations.values()].every(({ state }) => state === 'succeeded' || state === 'failed' || state === 'cancelled')
  }

  private startWorker(): void {
    const worker = new Worker(`w${++this.incarnations}`, {
      time: this.time, faults: this.faults, chance: this.engineChance, database: this.database, settleMs: SETTLE_MS, took: (edge) => this.coverage.took(edge),
      connect: (owner) => this.panel.connect(owner),
      trace: (line) => this.note(line),
      isTraced: this.isTraced,
      onDeath: (dead) => {
        this.workers.splice(this.workers.indexOf(dead), 1)
        this.time.after(2_000, () => this.database.releaseJobsOf(dead.id))
        if (this.isCalm && this.workers.length > 0) return
        this.time.after(this.plan.between(1_000, 60_000), () => this.startWorker())
      },
    })
    this.workers.push(worker)
    worker.pump()
  }

  private newCustomer(index: number): Customer {
    const id = this.plan.uuid(this.time.now)
    return { id, name: `Customer ${index}`, email: `customer${index}@example.com`, virtfusionUserId: null, virtfusionExtRelationId: index + 1, disabledAt: null }
  }

  private enterSafeMode(inMs: number, forMs: number): void {
    this.time.after(inMs, () => {
      this.database.safeModeSince ??= this.time.now + this.clockOffset
      this.note('safe mode')
    })
    this.time.after(inMs + forMs, () => {
      if (this.checks.isRestored) this.forgetPanelUsers()
      this.database.leaveSafeMode(this.time.now + this.clockOffset)
      this.checks.onSafeModeLeft()
    })
  }

  /** Numbers of panel users that no server proves are looked up again: a panel from a backup gives them to others. */
  private forgetPanelUsers(): void {
    const live = new Map([...this.panel.model.world.state.servers.values()].map(({ uuid, ownerId }) => [uuid, ownerId]))
    const owners = [...this.database.servers.values()].flatMap(({ virtfusionUuid, virtfusionOwnerId }) => (virtfusionUuid !== null && virtfusionOwnerId !== null && live.get(virtfusionUuid) === virtfusionOwnerId ? virtfusionOwnerId : []))
    this.database.forgetPanelUsers([...new Set(owners)])
  }

  /** The panel comes back from a backup: servers are gone, and their numbers are given again. Berth notices within some minutes. */
  private restorePanel(inMs: number, afterMs: number): void {
    const { world } = this.panel.model
    this.time.after(inMs, () => {
      this.panel.advance()
      world.snapshot('backup')
    })
    this.time.after(inMs + afterMs, () => {
      this.panel.advance()
      this.checks.onRestore()
      world.restoreSnapshot('backup')
      this.note('the panel is restored')
      if (this.strangers.hits(0.5)) this.time.after(this.strangers.between(0, 10 * MINUTE), () => this.letStrangersIn())
    })
    this.enterSafeMode(inMs + afterMs + this.plan.between(0, 5 * MINUTE), 20 * MINUTE)
  }

  /** Whoever else uses the panel adds users, who get the numbers of those that it has lost, and a server for each. */
  private letStrangersIn(): void {
    for (let number = this.strangers.between(1, 3); number > 0; number--) {
      const made = this.panel.deliver({ method: 'POST', path: '/users', body: { name: 'A stranger', email: `stranger${number}@example.net`, extRelationId: 900_000 + number }, requestId: null })
      const userId = (JSON.parse(made.body) as { data?: { id?: number } }).data?.id
      if (userId !== undefined) this.panel.deliver({ method: 'POST', path: '/servers', body: { packageId: 1, userId, hypervisorId: 1, ipv4: 1 }, requestId: null })
    }
    this.note('strangers have come')
  }

  /** In some lives the image can't be written for a while, so that builds fail. Drawn apart, so that all other lives, the known seeds among them, stay as they are. */
  private breakImage(): void {
    const chance = new Chance(this.seed ^ 0x425fb9f6)
    if (!chance.hits(0.15)) return
    const { templates } = this.panel.model.world.state
    const image = templates.get(1)
    if (!image) return
    const from = chance.between(0, 30 * MINUTE)
    this.time.after(from, () => { templates.set(1, { ...image, isBroken: true }) })
    this.time.after(from + chance.between(1, 25) * MINUTE, () => { templates.set(1, image) })
  }

  /** In some lives a customer is switched off while his orders are under way, and mostly on again. Drawn apart likewise. */
  private switchCustomerOff(customers: Customer[]): void {
    const chance = new Chance(this.seed ^ 0x5be0cd19)
    if (!chance.hits(0.1)) return
    const customer = chance.pick(customers)
    const from = chance.between(0, 50 * MINUTE)
    const turn = (isOff: boolean) => {
      customer.disabledAt = isOff ? new Date(this.time.now + this.clockOffset) : null
      this.database.switchCustomer(customer.id, customer.disabledAt)
      this.note(`${customer.name} is switched ${isOff ? 'off' : 'on'}`)
    }
    this.time.after(from, () => turn(true))
    if (chance.hits(0.6)) this.time.after(from + chance.between(1, 30) * MINUTE, () => turn(false))
  }

  /** An admin carries a size or the owner to the panel, as the drift page does. Drawn apart likewise. */
  private pushSomething(): void {
    const chance = new Chance(this.seed ^ 0x6a09e667)
    if (!chance.hits(0.2)) return
    const id = chance.uuid(this.time.now)
    this.time.after(chance.between(5, 58) * MINUTE, () => {
      const free = [...this.database.servers.values()].filter((server) => judgeAction(this.factsOf(server), 'resize').allowed)
      if (free.length === 0) return
      const server = chance.pick(free)
      const { virtfusionOwnerId: fromOwnerId, customer: { virtfusionUserId: ownerId } } = server
      const input = ownerId !== null && fromOwnerId !== null && fromOwnerId !== ownerId
        ? { kind: 'transfer' as const, input: { fromOwnerId, ownerId, ownerMode: 'customer' } }
        : { kind: 'resize' as const, input: { field: 'memoryMb', value: 2048 } }
      this.database.insertOperation(newOperation({ id, serverId: server.id, at: new Date(this.time.now + this.clockOffset), ...input }))
      this.note(`${input.kind} ${id} for ${server.reference}`)
    })
  }

  /** What hands at the panel, and the admins who answer them, have to do with. */
  private host(): Host {
    return {
      seed: this.seed, time: this.time, database: this.database, panel: this.panel,
      now: () => new Date(this.time.now + this.clockOffset),
      isOpen: () => this.time.now < START + HOUR + HANDS_REST_MS,
      factsOf: (server) => this.factsOf(server),
      write: (seen, change) => this.write(seen, change),
      note: (line) => this.note(line),
    }
  }

  private sweep(): void {
    const [worker] = this.workers
    if (worker && this.database.safeModeSince === null) void sweepForOrphans(this.database, this.panel.connect(worker), this.time).catch((error: unknown) => this.note(`the sweep failed: ${String(error)}`))
  }

  /** Servers that the owner had before Berth came. */
  private prepopulate(): void {
    const count = this.plan.pick([0, 0, 1, 3])
    for (let index = 0; index < count; index++) this.makeAtPanel(1)
  }

  /** Somebody makes a server for the shared owner at the panel itself, of another size than any order. */
  private makeByHand(): void {
    this.makeAtPanel(2)
  }

  /** A server for the shared owner that no order of ours asked for. */
  private makeAtPanel(packageId: number): void {
    this.panel.deliver({ method: 'POST', path: '/servers', body: { packageId, userId: SHARED_OWNER, hypervisorId: 1, ipv4: 1 }, requestId: null })
  }

  private order(number: number, customer: Customer): void {
    const { plan, database } = this
    const at = new Date(this.time.now + this.clockOffset)
    const order: Order = {
      features: { virtfusion_package_id: 1, virtfusion_user_id: SHARED_OWNER, virtfusion_hypervisor_id: 1 }, overrides: {},
      ownerMode: plan.pick(['plan', 'customer']), mode: this.mode === 'mixed' ? this.modes.pick(['direct', 'escrow']) : this.mode, operatingSystemId: plan.pick([1, 1, 1, null]),
    }
    const serverId = plan.uuid(this.time.now)
    const known = [...database.servers.values()].find((server) => server.customerId === customer.id)?.customer ?? { ...customer }
    database.insertServer(newServer({ id: serverId, number, customer: known, order, at }))
    const operation = newOperation({ id: plan.uuid(this.time.now), serverId, kind: 'create', at, memory: { order: JSON.parse(JSON.stringify(order)) as Prisma.JsonObject } })
    database.insertOperation(operation)
    this.note(`order ${operation.id} for server ${serverId} (${order.ownerMode}, ${order.mode})`)
  }

  /** Somebody asks for something to be done to a server that stands. */
  private change(): void {
    const { plan, database } = this
    const active = [...database.servers.values()].filter(({ lifecycle }) => lifecycle === 'active')
    const server = active.length > 0 ? plan.pick(active) : null
    const facts = server && this.factsOf(server)
    const kinds = facts && !facts.operation ? CHANGES.filter((kind) => judgeOffer(facts, kind).allowed) : []
    // What only some states allow is taken when it is.
    const rare = kinds.filter((kind) => kind === 'boot' || kind === 'unsuspend')
    const kind = kinds.length > 0 ? plan.pick(rare.length > 0 && plan.hits(0.5) ? rare : kinds) : null
    const delay = plan.between(1, 30) * MINUTE
    const id = plan.uuid(this.time.now)
    if (!server || !kind) return
    const at = new Date(this.time.now + this.clockOffset)
    const isHeldByPanel = kind === 'delete' && this.holders.hits(0.4)
    const input: Prisma.JsonObject = isHeldByPanel ? { heldBy: 'panel', delayMinutes: delay / MINUTE } : kind === 'rename' ? { name: `renamed ${id.slice(-4)}` } : kind === 'rebuild' ? { operatingSystemId: 2 } : {}
    try {
      database.insertOperation(newOperation({ id, serverId: server.id, kind, at, input, memory: wishBefore(server, kind), ...(kind === 'delete' && !isHeldByPanel ? { dueAt: new Date(at.getTime() + delay) } : {}) }))
      if (kind === 'suspend' || kind === 'unsuspend') database.patchServer(server.id, { desiredSuspended: kind === 'suspend' })
      if (kind === 'delete' && !isHeldByPanel) database.patchServer(server.id, { deletionRequestedAt: at, deletionDueAt: new Date(at.getTime() + delay) })
      this.note(`${kind} ${id} for ${server.reference}`)
      if (givesWay({ kind, state: 'running' }, 'suspend') && this.presses.hits(0.2)) this.time.after(this.presses.between(0, MINUTE), () => this.press(id))
    }
    catch (error) {
      if (!(error instanceof ConstraintError)) throw error
    }
  }

  /** An admin does not wait for what a customer has asked for. */
  private press(id: string): void {
    const { presses, database } = this
    const held = database.operation(id)
    const server = database.server(held.serverId)
    const kind = presses.pick(['suspend', 'suspend', 'unsuspend', 'delete'] as const)
    const next = presses.uuid(this.time.now)
    if (!givesWay(held, kind) || !judgeAction(this.factsOf(server), kind).allowed) return
    database.change({ ...held }, { state: 'cancelled', event: { code: 'superseded', params: { kind } } })
    database.insertOperation(newOperation({ id: next, serverId: server.id, kind, at: new Date(this.time.now + this.clockOffset), memory: wishBefore(server, kind) }))
    if (kind !== 'delete') database.patchServer(server.id, { desiredSuspended: kind === 'suspend' })
    this.note(`${kind} ${next} for ${server.reference} takes the place of ${held.kind} ${id}`)
  }

  /** What the screens' own rules look at. */
  private factsOf({ id, lifecycle, power, suspendedAt, deletionDueAt, vanishedAt }: Subject): ServerFacts {
    const operation = [...this.database.operations.values()].find((row) => row.serverId === id && row.step !== 'scheduled' && !['succeeded', 'failed', 'cancelled'].includes(row.state))
    return { lifecycle, power, freshness: 'live', suspension: suspendedAt && { since: suspendedAt }, deletion: deletionDueAt && { dueAt: deletionDueAt }, vanishedAt, operation: operation ?? null }
  }

  /**
   * An admin who looks in every ten minutes. They decide about a lost order only when no request can be under way any more; what
   * failed for another reason they have tried again.
   */
  private person(): void {
    this.decideHarm()
    this.leaveSafeMode()
    for (const operation of this.database.operations.values()) {
      if (operation.state !== 'needs_attention') continue
      this.asked.add(operation.id)
      this.checks.checkAsked(operation)
      const server = this.database.server(operation.serverId)
      if (operation.kind === 'create' && server.virtfusionServerId === null) this.decide(operation)
      else if (this.isCalm) this.retry(operation)
    }
  }

  /** The panel is the same, and what it lacks is known from then on. */
  private leaveSafeMode(): void {
    const { database } = this
    const now = this.time.now + this.clockOffset
    if (database.safeModeSince === null || database.absences.size === 0 || now - database.safeModeSince < 20 * MINUTE) return
    for (const server of database.servers.values()) {
      if (server.virtfusionUuid !== null && server.lifecycle !== 'deleted' && !this.isLive(server.virtfusionUuid)) server.vanishedAt ??= new Date(now)
    }
    if (this.checks.isRestored) this.forgetPanelUsers()
    database.leaveSafeMode(now)
    this.checks.onSafeModeLeft()
    database.absencesCountFrom = now
    this.note('a person: leaves safe mode')
  }

  /** The list of what the breaker holds is looked through and confirmed, or called off. */
  private decideHarm(): void {
    const { harm } = this.database
    const now = this.time.now + this.clockOffset
    if (harm.alarmSince === null || now - harm.alarmSince < 15 * MINUTE) return
    if (this.refusals.hits(0.3)) return this.callOffHarm(this.refusals.hits(0.7) ? MINUTE : 0)
    this.note('a person: confirms what the breaker holds')
    this.database.confirmHarm(now)
    this.checks.onConfirm()
  }

  /** Mostly in a moment in which one of them is being worked on, for which is waited so long. */
  private callOffHarm(patienceMs: number): void {
    const isWorkedOn = [...this.database.operations.values()].some(({ state, harmHeldAt }) => state === 'running' && harmHeldAt !== null)
    if (!isWorkedOn && patienceMs > 0) return void this.time.after(LOOK_MS, () => this.callOffHarm(patienceMs - LOOK_MS))
    this.note('a person: calls off what the breaker holds')
    this.checks.onCallOff()
    this.database.callOffHarm(this.time.now + this.clockOffset)
  }

  /** Tried again once; what stands there a second time is called off. */
  private retry(operation: Operation): void {
    // Whatever was sent may still be under way.
    const lastSend = Math.max(0, ...this.database.listAttempts(operation.id).filter(({ method }) => method !== 'GET').map(({ createdAt }) => createdAt))
    if (!this.isDead(lastSend)) return
    if (this.retried.has(operation.id)) return void this.write(operation, { state: 'cancelled', event: { code: 'cancelled_by_person' } })
    this.retried.add(operation.id)
    const isBound = this.database.server(operation.serverId).virtfusionServerId !== null
    const { step, memory } = planRetry({ kind: operation.kind, step: operation.step, memory: memoryOf(operation), isBound })
    const retriedAt = new Date(this.time.now + this.clockOffset).toISOString()
    this.write(operation, { state: 'queued', step, memory: { ...memory, retriedAt } as Prisma.InputJsonObject, isFresh: true, event: { code: 'retried_by_person' } })
  }

  private decide(operation: Operation): void {
    const memory = readCreateMemory(operation)
    const sentAt = memory.sentAt ? Date.parse(memory.sentAt) : operation.createdAt.getTime()
    if (!this.isDead(sentAt)) return
    const [worker] = this.workers
    if (!worker) return
    const seen = { ...operation }
    const scope = { engine: worker.engine, operationId: operation.id, serverId: operation.serverId, attempt: 1, requestId: operation.id, options: { retries: 0 } }
    const panel = openPanel(this.panel.connect(worker), scope)
    void lookForServer(worker.engine.store, panel, memory, this.database.server(operation.serverId)).then((look) => {
      if (look.type !== 'complete' && look.type !== 'forbidden') return
      const clean = look.type === 'complete' ? look.candidates.find(isClean) : undefined
      const remote = clean && look.type === 'complete' ? look.remotes.get(clean.id) : undefined
      const truth = this.panel.model.world.ledger.entries.find(({ effect, requestId, uuid }) => effect === 'server.created' && requestId === operation.id && uuid !== null && this.isLive(uuid))
      if (remote && memory.ownerId !== undefined && (!truth || truth.uuid === remote.uuid)) {
        this.write(seen, adoption({ operation: seen, server: this.database.server(seen.serverId), now: () => new Date(this.time.now + this.clockOffset), remote, ownerId: memory.ownerId, reason: 'it is there' }))
      }
      else if (!clean && !truth) this.write(seen, this.plan.hits(0.7) ? release(seen, 'it never came') : abandonment('not needed any more'))
      else this.write(seen, abandonment('unclear'))
    }, () => {})
  }

  /** Whether no request of that moment, by the database's clock, can be under way any more. A clock that was set may have moved it by an hour. */
  private isDead(sentAt: number): boolean {
    return this.time.now + this.clockOffset - sentAt > LONGEST_LATENESS_MS + (this.checks.hasJumped ? 2 * HOUR : 10 * MINUTE)
  }

  private isLive(uuid: string): boolean {
    return [...this.panel.model.world.state.servers.values()].some((server) => server.uuid === uuid)
  }

  /** False when the operation moved on meanwhile. */
  private write(seen: Operation, change: Resolution): boolean {
    try {
      this.database.change(seen, change)
      if (change.state === 'cancelled') this.checks.releasedByPerson.add(seen.serverId)
      this.note(`a person: ${change.event.code} ${seen.id}`)
      return true
    }
    catch (error) {
      if (!(error instanceof LeaseLostError || error instanceof ConstraintError)) throw error
      return false
    }
  }
}
