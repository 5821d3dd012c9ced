import { isHarmful } from '#shared/lifecycle/harm.ts'
import { canTransition, judgeCancel, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { CreateSettings } from '#shared/schemas/engine-settings.ts'
import type { Operation } from '../../../server/generated/prisma/client.ts'
import type { PanelAnswer } from '../../../server/engine/call-panel.ts'
import { readChangeMemory } from '../../../server/engine/change-memory.ts'
import { judgePanelSign, pauseScope } from '../../../server/engine/decide-panel-health.ts'
import type { Resolution } from '../../../server/engine/create/resolution.ts'
import { concluded, readDiagnosis } from '../../../server/engine/diagnosis.ts'
import { chainEvents, type ChainedEvent, type EventDraft } from '../../../server/engine/event-chain.ts'
import { formerWish } from '../../../server/engine/former-wish.ts'
import { decideHarm } from '../../../server/engine/harm/decide-harm.ts'
import { decideMassVanish } from '../../../server/engine/sweep/decide-mass-vanish.ts'
import { LEASE_SECONDS } from '../../../server/engine/lease.ts'
import type { ObservationPatch } from '../../../server/engine/observation.ts'
import { LeaseLostError, SafeModeError, type AttemptEnding, type AttemptFacts, type Claim, type Gate, type Holds, type KeptUser, type Lease, type MadeCall, type Move, type NewAttempt, type OwnerHolder, type RemoteName, type Standing } from '../../../server/engine/ports.ts'
import { CUSTOMER_DISABLED, WAITING_FOR_OWNER, type Subject } from '../../../server/engine/run.ts'
import { aheadOf } from '../../../server/engine/stored-times.ts'
import type { BoundRemote, Write } from '../../../server/engine/writes.ts'
import { newOperation, suspensionOf } from './rows.ts'

export interface AttemptRow extends NewAttempt {
  createdAt: number
  completedAt: number | null
  ending: AttemptEnding | null
}

export interface OrphanRow { virtfusionServerId: number, virtfusionUuid: string, operationId: string | null, seenAt: number }
export type AskedPatch = Partial<Pick<Subject, 'desiredSuspended' | 'deletionRequestedAt' | 'deletionDueAt' | 'suspendedAt' | 'suspensionReason' | 'suspendedById' | 'lifecycle'>>
interface Job { operationId: string, runAt: number, lockedBy: string | null, failures: number }
interface Look { serverId: string, at: number }

/** Refused by a constraint of the database. */
export class ConstraintError extends Error {
  override readonly name = 'ConstraintError'
}

const ACTIVE = new Set<Operation['state']>(['queued', 'running', 'waiting', 'needs_attention'])
const SIBLING_MS = 60_000

/** The unique index that an operation stands in. */
function slotOf({ state, step }: Operation): 'operations_one_active_per_server' | 'operations_one_scheduled_deletion' | null {
  if (step !== SCHEDULED_STEP) return ACTIVE.has(state) ? 'operations_one_active_per_server' : null
  return state === 'queued' || state === 'waiting' ? 'operations_one_scheduled_deletion' : null
}

/** The row is bound to nothing else. */
const isHeld = ({ leaseExpiresAt }: Operation, now: number) => leaseExpiresAt !== null && leaseExpiresAt.getTime() > now
const isFree = ({ virtfusionServerId, virtfusionUuid }: Subject, { id, uuid }: Pick<BoundRemote, 'id' | 'uuid'>) => virtfusionServerId === null || (virtfusionServerId === id && virtfusionUuid === uuid)

const PROBE_MS = 30_000
const RECENT_MS = 2 * 3_600_000

/**
 * The tables that the engine touches, in memory, with the constraints and the verbs of the PostgreSQL store. Each verb is atomic:
 * what can go wrong around it (waiting, failing, dying, an answer that is lost) is the caller's business.
 */
export class MemoryDatabase {
  /** Whether the ids of operations that a write asks for are the same in each life. */
  readonly drawsIds: boolean = true
  readonly operations = new Map<string, Operation>()
  readonly servers = new Map<string, Subject>()
  readonly attempts = new Map<string, AttemptRow>()
  readonly events: ChainedEvent[] = []
  readonly orphans = new Map<string, OrphanRow>()
  readonly jobs = new Map<string, Job>()
  /** When a worker read what its step goes by, and when what the step before went by; by operation. */
  readonly readAt = new Map<string, { step: number, before: number }>()
  readonly looks: Look[] = []
  readonly notices = new Set<string>()
  /** By their names. */
  readonly escrowUsers = new Map<string, { virtfusionUserId: number, operationId: string, goneAt: number | null }>()
  /** Numbers that customers had, who had them, and when they were forgotten. */
  readonly formerPanelUsers = new Map<number, Map<string, number>>()
  readonly audits: { action: string, operationId: string }[] = []
  readonly harm = { events: new Map<string, number>(), alarmSince: null as number | null, countsFrom: 0 }
  safety = { harmPerHour: 20, harmPercentPerHour: 2 }
  settings: CreateSettings = { mode: 'direct', whenNotFound: 'ask', sendAgainMinutes: 60, sendAgainEndedAt: null, buildAgain: true }
  safeModeSince: number | null = null
  safeModeLeftAt: number | null = null
  /** Whoever decides. */
  personId: string | null = null
  /** Servers that the panel said it does not know, and since when. */
  readonly absences = new Map<string, number>()
  /** What was missing before is known. */
  absencesCountFrom = 0
  pause: { at: number, diagnosis: Operation['diagnosis'], lastFailureAt: number } | null = null
  /** Called when an operation has come to its end by the engine's own hand. */
  onEnd: (operation: Operation) => void = () => {}
  /** Called with what the breaker on mass harm has said. */
  onHarm: (operation: Operation, answer: 'pass' | 'hold') => void = () => {}
  /** Called when a job was put in line, with the time until it is due. */
  onSchedule: (ms: number) => void = () => {}
  private readonly attemptsOf = new Map<string, AttemptRow[]>()
  private readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  time(): number {
    return this.now()
  }

  // Claims and leases

  claim(id: string): Claim {
    const now = this.now()
    const operation = this.operations.get(id)
    if (!operation || !(operation.state === 'queued' || operation.state === 'running' || operation.state === 'waiting')) return { type: 'over' }
    const held = operation.leaseExpiresAt?.getTime() ?? 0
    const due = operation.nextAttemptAt?.getTime() ?? 0
    if (held >= now || due >= now + 250) return { type: 'later', at: new Date(Math.max(held, due) + 50) }
    operation.leaseToken += 1n
    operation.leaseExpiresAt = new Date(now + LEASE_SECONDS * 1000)
    operation.claims += 1
    operation.state = 'running'
    operation.startedAt ??= new Date(now)
    operation.version += 1
    this.noteRead(id)
    return { type: 'claimed', lease: { operationId: id, token: operation.leaseToken }, claims: operation.claims, now: new Date(now), standing: this.standingOf(operation) }
  }

  renew({ operationId, token }: Lease): void {
    const operation = this.operations.get(operationId)
    if (operation?.leaseToken === token && isHeld(operation, this.now())) operation.leaseExpiresAt = new Date(this.now() + LEASE_SECONDS * 1000)
  }

  handOver({ operationId, token }: Lease): void {
    const operation = this.operations.get(operationId)
    if (operation?.leaseToken !== token) return
    operation.leaseExpiresAt = null
    this.schedule(operationId, this.now())
  }

  standingOf(operation: Operation): Standing {
    return { operation: { ...operation }, server: { ...this.server(operation.serverId) }, gate: this.readGate() }
  }

  // Transitions

  write({ lease, before, transition, writes, freesOwner, isOrderly }: Move): Standing {
    const operation = this.operation(lease.operationId)
    if (operation.leaseToken !== lease.token || !canTransition(operation.state, transition.state)) throw new LeaseLostError(`lease of ${lease.operationId} lost`)
    if (writes.some(({ type }) => type === 'attempt-begun')) this.requireMaySend(operation)
    this.requireWritable(operation, writes)
    this.requireUnique({ ...operation, state: transition.state, step: transition.step })
    const frees = before.ownerLock !== null && (transition.isFinal || freesOwner)
    const ownerLock = before.ownerLock
    const { state, step, attempt, progress, nextAttemptAt, diagnosis, memory, result, isFinal, goesOn } = transition
    Object.assign(operation, { state, step, attempt, progress, nextAttemptAt, diagnosis, memory, version: operation.version + 1 })
    if (isOrderly) operation.claims = 0
    if (state === 'succeeded' && result) Object.assign(operation, { result })
    if (isFinal) Object.assign(operation, { finishedAt: new Date(this.now()), harmHeldAt: null })
    if (!goesOn) operation.leaseExpiresAt = null
    if (frees) operation.ownerLock = null
    if (transition.goesOn && writes.some(({ type }) => type === 'attempt-begun')) this.beginLeaseAnew(operation)
    this.append(operation, transition.events.map(({ code, params }) => this.draft(operation, code, params)))
    if (transition.nextAttemptAt) this.schedule(operation.id, transition.nextAttemptAt.getTime())
    for (const entry of writes) this.apply(operation, entry)
    const standing = this.standingOf(operation)
    if (frees && ownerLock !== null) this.callNextInLine(ownerLock)
    if (transition.isFinal) this.onEnd(operation)
    this.noteRead(operation.id)
    return standing
  }

  private noteRead(id: string): void {
    this.readAt.set(id, { step: this.now(), before: this.readAt.get(id)?.step ?? 0 })
  }

  /** `seen` is the row as the worker knows it: what it notes in the timeline, it notes of that. */
  writeFacts(seen: Operation, facts: readonly Write[]): void {
    const { id } = seen
    const operation = this.operation(id)
    this.requireWritable(operation, facts)
    for (const fact of facts) this.apply(operation, fact, seen)
    if (facts.every(({ type }) => type === 'call-made' || type === 'seen')) return
    if (operation.state !== 'needs_attention' || (operation.step !== 'settle' && operation.step !== 'fence')) return
    Object.assign(operation, { state: 'queued', nextAttemptAt: null, diagnosis: null, version: operation.version + 1 })
    this.append(operation, [this.draft(operation, 'late_answer')])
    this.schedule(id, this.now())
  }

  /** @throws LeaseLostError when the row moved on, or its server is deleted */
  change(seen: Operation, { state, step, memory, isFresh, freesOwner, event, writes = [] }: Resolution): void {
    const operation = this.operation(seen.id)
    if (operation.version !== seen.version || operation.state !== seen.state) throw new LeaseLostError(`${seen.id} moved on`)
    if (state !== 'cancelled' && this.server(operation.serverId).lifecycle === 'deleted') throw new LeaseLostError(`the server of ${seen.id} is deleted`)
    this.requireUnique({ ...operation, state, step: step ?? operation.step })
    this.requireWritable(operation, writes)
    const { ownerLock } = operation
    const isOver = state === 'cancelled'
    const frees = ownerLock !== null && (isOver || freesOwner === true)
    Object.assign(operation, {
      state, claims: 0, nextAttemptAt: null, diagnosis: null, finishedAt: isOver ? new Date(this.now()) : null, leaseToken: operation.leaseToken + 1n, leaseExpiresAt: null,
      version: operation.version + 1, ...(step ? { step } : {}), ...(memory ? { memory } : {}), ...(isFresh ? { attempt: 0, harmApprovedAt: null } : {}), ...(frees ? { ownerLock: null } : {}),
      ...(isOver ? { harmHeldAt: null } : {}),
    })
    this.append(operation, [{ ...this.draft(operation, event.code, event.params), actorId: this.personId }])
    for (const entry of writes) this.apply(operation, entry)
    if (isOver) this.completeLostAttempts(operation.id)
    if (frees && ownerLock !== null) this.callNextInLine(ownerLock)
    if (!isOver) this.schedule(operation.id, this.now())
    this.audits.push({ action: event.code, operationId: operation.id })
  }

  private apply(operation: Operation, write: Write, seen: Pick<Operation, 'state' | 'step'> = operation): void {
    const server = this.server(operation.serverId)
    switch (write.type) {
      case 'server':
        if (!write.onlyIn || write.onlyIn.includes(server.lifecycle)) Object.assign(server, write.patch, { version: server.version + 1 })
        return
      case 'call-made': return this.recordCall(write.call)
      case 'seen': return this.observe(server.id, write.patch)
      case 'attempt-begun': return this.beginAttempt(write.attempt, null)
      case 'attempt-completed': return this.completeAttempt(write.id, write.ending)
      case 'attempts-lost': return void this.completeLostAttempts(operation.id, write.action)
      case 'bound': return this.bind(operation, server, write.remote, seen)
      case 'vanished':
        if (server.vanishedAt === null && server.lifecycle !== 'deleting' && server.lifecycle !== 'deleted') Object.assign(server, { vanishedAt: write.since, power: 'unknown' })
        return
      case 'scheduled-deletion-cancelled':
        for (const other of this.operations.values()) {
          if (other.serverId !== server.id || other.step !== 'scheduled' || (other.state !== 'queued' && other.state !== 'waiting')) continue
          Object.assign(other, { state: 'cancelled', finishedAt: new Date(this.now()), nextAttemptAt: null, diagnosis: null, version: other.version + 1 })
          this.append(other, [this.draft(other, 'deleted_before_due')])
        }
        return
      case 'suspend-for-disabled':
        this.insertOperation(newOperation({ id: suspensionOf(operation.id), serverId: server.id, kind: 'suspend', at: new Date(this.now()), memory: { wishedBefore: server.desiredSuspended } }))
        Object.assign(server, { desiredSuspended: true, version: server.version + 1 })
        return
      case 'look-again':
        for (const ms of write.afterMs) this.looks.push({ serverId: server.id, at: this.now() + ms })
        return
      case 'await-owner': return this.callNextInLine(write.ownerId)
      case 'escrow-made':
        this.escrowUsers.set(write.relation, { virtfusionUserId: write.virtfusionUserId, operationId: this.escrowUsers.get(write.relation)?.operationId ?? operation.id, goneAt: null })
        return
      case 'escrow-gone': {
        const user = this.escrowUsers.get(write.relation)
        if (user) user.goneAt ??= this.now()
        return
      }
      case 'audit':
        this.audits.push({ action: write.action, operationId: operation.id })
        return
      case 'notice':
        this.notices.add(write.notice.dedupeKey)
    }
  }

  private bind(operation: Operation, server: Subject, { id, uuid, ownerId, isInEscrow, observation }: BoundRemote, { state, step }: Pick<Operation, 'state' | 'step'>): void {
    if (server.virtfusionServerId === id && server.virtfusionUuid === uuid) return this.observe(server.id, observation)
    if (isFree(server, { id, uuid })) {
      Object.assign(server, { virtfusionServerId: id, virtfusionUuid: uuid, virtfusionOwnerId: isInEscrow ? null : ownerId, version: server.version + 1 })
      this.observe(server.id, observation)
      return
    }
    if (!this.orphans.has(uuid)) this.orphans.set(uuid, { virtfusionServerId: id, virtfusionUuid: uuid, operationId: operation.id, seenAt: this.now() })
    this.append(operation, [{ ...this.draft(operation, 'orphan_made', { virtfusionServerId: id }), state, step }])
    this.notices.add(`orphan_found:${uuid}`)
  }

  // Attempts

  /** Refuses what can't be written before anything of it stands. */
  private requireWritable(operation: Operation, writes: readonly Write[]): void {
    if (writes.some(({ type }) => type === 'attempt-begun')) this.refuseInSafeMode()
    for (const write of writes) {
      if (write.type === 'bound') this.requireUnbound(this.server(operation.serverId), write.remote)
    }
  }

  private requireUnbound(server: Subject, remote: BoundRemote): void {
    if (!isFree(server, remote)) return
    for (const other of this.servers.values()) {
      if (other.id === server.id || other.virtfusionServerId !== remote.id) continue
      if (server.lifecycle !== 'deleted' && other.lifecycle !== 'deleted') throw new ConstraintError('servers_one_row_per_remote_server')
    }
  }

  private beginLeaseAnew(operation: Operation): void {
    operation.leaseExpiresAt = new Date(Math.max(operation.leaseExpiresAt?.getTime() ?? 0, this.now() + LEASE_SECONDS * 1000))
  }

  private requireMaySend(operation: Operation): void {
    this.refuseInSafeMode()
    if (!isHeld(operation, this.now())) throw new LeaseLostError(`lease of ${operation.id} has run out`)
  }

  private isInSafeMode(): boolean {
    return this.safeModeSince !== null
  }

  private refuseInSafeMode(): void {
    if (this.isInSafeMode()) throw new SafeModeError('safe mode')
  }

  beginAttempt(attempt: NewAttempt, lease: Lease | null): void {
    if (lease) {
      const operation = this.operation(lease.operationId)
      this.requireMaySend(operation)
      if (operation.leaseToken !== lease.token) throw new LeaseLostError(`lease of ${lease.operationId} lost`)
      this.beginLeaseAnew(operation)
    }
    else {
      this.refuseInSafeMode()
    }
    this.keepAttempt({ ...attempt, createdAt: this.now(), completedAt: null, ending: null })
  }

  recordCall({ attempt, ending, beganMsAgo }: MadeCall): void {
    if (this.attempts.has(attempt.id)) return
    this.keepAttempt({ ...attempt, ending, createdAt: this.now() - beganMsAgo, completedAt: this.now() - Math.max(0, beganMsAgo - (ending.durationMs ?? 0)) })
  }

  private keepAttempt(row: AttemptRow): void {
    this.attempts.set(row.id, row)
    if (row.operationId === null) return
    const list = this.attemptsOf.get(row.operationId)
    if (list) list.push(row)
    else this.attemptsOf.set(row.operationId, [row])
  }

  completeAttempt(id: string, ending: AttemptEnding): void {
    const row = this.attempts.get(id)
    if (!row) throw new Error(`no attempt ${id}`)
    Object.assign(row, { completedAt: this.now(), ending })
  }

  completeLostAttempts(operationId: string, action?: string): number {
    const open = this.listAttempts(operationId).filter((row) => row.completedAt === null && (action === undefined ? row.method !== 'GET' : row.action === action))
    const diagnosis = concluded('call_outcome_unknown')
    for (const row of open) {
      Object.assign(row, {
        completedAt: this.now(),
        ending: { outcome: 'unknown', effect: 'unknown', httpStatus: null, responseBody: null, durationMs: null, code: diagnosis.code, message: null, diagnosis } satisfies AttemptEnding,
      })
    }
    return open.length
  }

  findLastAttempt(operationId: string, action?: string): AttemptFacts | null {
    const row = this.listAttempts(operationId).findLast((attempt) => (action === undefined ? attempt.method !== 'GET' : attempt.action === action))
    return row ? { id: row.id, isCompleted: row.completedAt !== null, effect: row.ending?.effect ?? 'unknown' } : null
  }

  listAttempts(operationId: string): readonly AttemptRow[] {
    return this.attemptsOf.get(operationId) ?? []
  }

  // Owners and bindings

  takeOwner({ operationId, token }: Lease, ownerId: number): OwnerHolder | null {
    const operation = this.operation(operationId)
    if (operation.leaseToken !== token) throw new LeaseLostError(`lease of ${operationId} lost`)
    for (const other of this.operations.values()) {
      if (other.id !== operationId && other.ownerLock === ownerId) return { operationId: other.id, reference: this.server(other.serverId).reference, state: other.state }
    }
    operation.ownerLock = ownerId
    return null
  }

  private callNextInLine(ownerId: number): void {
    let next: Operation | null = null
    for (const operation of this.operations.values()) {
      if (operation.ownerLock === ownerId) return
      const diagnosis = operation.kind === 'create' && operation.state === 'waiting' ? readDiagnosis(operation.diagnosis) : null
      if (diagnosis?.code === WAITING_FOR_OWNER && diagnosis.params['ownerId'] === ownerId && (!next || operation.createdAt < next.createdAt)) next = operation
    }
    if (!next) return
    next.nextAttemptAt = null
    this.schedule(next.id, this.now())
  }

  findBound(remotes: readonly RemoteName[], except: string): Holds {
    const wanted = new Map(remotes.map(({ id, uuid }) => [id, uuid]))
    const [bound, held] = [new Set<number>(), new Set<number>()]
    for (const { id, virtfusionServerId, virtfusionUuid, lifecycle } of this.servers.values()) {
      if (id === except || virtfusionServerId === null || !wanted.has(virtfusionServerId)) continue
      const isSame = virtfusionUuid === wanted.get(virtfusionServerId)
      if (lifecycle === 'deleted' && !isSame) continue
      if (isSame || virtfusionUuid === null) bound.add(virtfusionServerId)
      else held.add(virtfusionServerId)
    }
    for (const number of bound) held.delete(number)
    return { bound, held }
  }

  keepPanelUser(customerId: string, virtfusionUserId: number): KeptUser {
    const since = this.now() - RECENT_MS
    const throwAway = [...this.escrowUsers.values()].filter((escrow) => escrow.virtfusionUserId === virtfusionUserId)
    for (const { goneAt, operationId } of throwAway) {
      if (goneAt !== null && goneAt > since) return 'recent'
      if (this.listAttempts(operationId).some(({ action, createdAt }) => action === 'servers.create' && createdAt > since)) return 'recent'
    }
    for (const { id, serverId, ownerLock } of this.operations.values()) {
      if (ownerLock === virtfusionUserId && (this.server(serverId).customerId !== customerId || throwAway.some(({ operationId }) => operationId === id))) return 'recent'
    }
    for (const [other, forgottenAt] of this.formerPanelUsers.get(virtfusionUserId) ?? []) if (other !== customerId && forgottenAt > since) return 'recent'
    if (this.findPanelUser(customerId) !== null) return 'kept'
    for (const server of this.servers.values()) {
      if (server.customerId !== customerId && server.customer.virtfusionUserId === virtfusionUserId) return 'taken'
    }
    for (const server of this.servers.values()) {
      if (server.customerId === customerId && server.customer.virtfusionUserId === null) server.customer = { ...server.customer, virtfusionUserId }
    }
    return 'kept'
  }

  /** As a person does who leaves safe mode: customers keep only a number that a server at the panel proves. */
  forgetPanelUsers(proven: readonly number[]): void {
    for (const server of this.servers.values()) {
      const { virtfusionUserId } = server.customer
      if (virtfusionUserId === null || proven.includes(virtfusionUserId)) continue
      const former = this.formerPanelUsers.get(virtfusionUserId) ?? new Map<string, number>()
      this.formerPanelUsers.set(virtfusionUserId, former.set(server.customerId, this.now()))
      server.customer = { ...server.customer, virtfusionUserId: null }
    }
  }

  /** As an admin does with an account; one that is switched on again lets its orders go on. */
  switchCustomer(customerId: string, disabledAt: Date | null): void {
    for (const server of this.servers.values()) if (server.customerId === customerId) server.customer = { ...server.customer, disabledAt }
    if (disabledAt) return
    for (const operation of this.operations.values()) {
      if (operation.state !== 'needs_attention' || this.server(operation.serverId).customerId !== customerId || readDiagnosis(operation.diagnosis)?.code !== CUSTOMER_DISABLED) continue
      Object.assign(operation, { state: 'queued', nextAttemptAt: null, diagnosis: null, version: operation.version + 1 })
      this.append(operation, [this.draft(operation, 'customer_enabled')])
      this.schedule(operation.id, this.now())
    }
  }

  isGivenAgain(virtfusionUserId: number, relation: string): boolean {
    for (const [name, escrow] of this.escrowUsers) if (name !== relation && escrow.virtfusionUserId === virtfusionUserId) return true
    for (const server of this.servers.values()) if (server.customer.virtfusionUserId === virtfusionUserId) return true
    return this.formerPanelUsers.has(virtfusionUserId)
  }

  findPanelUser(customerId: string): number | null {
    for (const server of this.servers.values()) if (server.customerId === customerId) return server.customer.virtfusionUserId
    return null
  }

  hasSiblingMakingUser(operationId: string, customerId: string): boolean {
    for (const row of this.attempts.values()) {
      if (row.action !== 'users.create' || row.operationId === null || row.operationId === operationId || row.createdAt <= this.now() - SIBLING_MS) continue
      const { kind, serverId } = this.operation(row.operationId)
      if (kind === 'create' && this.server(serverId).customerId === customerId && (row.completedAt === null || row.ending?.outcome === 'ok')) return true
    }
    return false
  }

  observe(serverId: string, patch: ObservationPatch): void {
    const server = this.server(serverId)
    this.absences.delete(serverId)
    if (server.observedAt === null || server.observedAt <= patch.observedAt || server.observedAt > aheadOf(new Date(this.now()))) Object.assign(server, patch)
  }

  believeAbsence(serverId: string, at: Date): boolean {
    this.absences.set(serverId, at.getTime())
    if (this.safeModeSince !== null) return false
    const from = Math.max(this.now() - 3_600_000, this.absencesCountFrom)
    const bound = [...this.servers.values()].filter(({ virtfusionServerId }) => virtfusionServerId !== null)
    const missing = bound.filter(({ id, vanishedAt }) => (vanishedAt?.getTime() ?? this.absences.get(id) ?? 0) > from).length
    const fleet = bound.filter(({ vanishedAt, lifecycle }) => vanishedAt === null && lifecycle !== 'deleting' && lifecycle !== 'deleted').length
    if (!decideMassVanish({ missing, exchanged: 0, fleet })) return true
    this.safeModeSince = this.now()
    return false
  }

  findRival(serverId: string, operationId: string): string | null {
    for (const other of this.operations.values()) {
      if (other.serverId === serverId && other.id !== operationId && ACTIVE.has(other.state) && other.step !== 'scheduled') return other.id
    }
    return null
  }

  // Gates

  mayProbe(): boolean {
    if (!this.pause || Math.abs(this.now() - this.pause.lastFailureAt) <= PROBE_MS) return false
    this.pause.lastFailureAt = this.now()
    return true
  }

  spendHarm({ id, kind }: Pick<Operation, 'id' | 'kind'>): 'pass' | 'hold' {
    const operation = this.operation(id)
    if (!isHarmful(kind)) return 'pass'
    if (!ACTIVE.has(operation.state)) return 'hold'
    const answer = this.takePlace(operation)
    operation.harmHeldAt = answer === 'pass' ? null : operation.harmHeldAt ?? new Date(this.now())
    this.onHarm(operation, answer)
    return answer
  }

  private takePlace({ id, kind, harmApprovedAt }: Operation): 'pass' | 'hold' {
    const now = this.now()
    if (Math.abs(now - (this.harm.events.get(id) ?? Infinity)) < 3_600_000) return 'pass'
    const from = Math.max(now - 3_600_000, this.harm.countsFrom <= now ? this.harm.countsFrom : 0)
    const letThroughLastHour = [...this.harm.events].filter(([harmed, at]) => at > from && at < now + 3_600_000 && this.operation(harmed).harmApprovedAt === null).length
    const decision = decideHarm({
      kind, isApproved: harmApprovedAt !== null, isAlarmOpen: this.harm.alarmSince !== null, letThroughLastHour,
      fleet: [...this.servers.values()].filter(({ lifecycle, virtfusionServerId }) => lifecycle !== 'deleted' && virtfusionServerId !== null).length,
      settings: this.safety,
    })
    if (decision === 'alarm') this.harm.alarmSince = now
    if (decision !== 'pass') return 'hold'
    this.harm.events.set(id, now)
    return 'pass'
  }

  leaveSafeMode(now: number): void {
    if (this.safeModeSince === null) return
    this.safeModeSince = null
    this.safeModeLeftAt = now
  }

  /** An admin has looked through what the breaker holds, and lets it pass. */
  confirmHarm(now: number): void {
    for (const operation of this.listHeld()) Object.assign(operation, { harmHeldAt: null, harmApprovedAt: new Date(now) })
    this.endAlarm(now)
  }

  /** Or calls it off, as far as nothing was sent for it. */
  callOffHarm(now: number): void {
    if (this.harm.alarmSince === null) return
    for (const operation of this.listHeld()) {
      const { kind, state, step, serverId } = operation
      const hasActed = this.listAttempts(operation.id).some(({ method, action, completedAt, ending }) => method !== 'GET' && action !== 'users.create' && (completedAt === null || ending?.effect !== 'none'))
      const facts = { kind, state: state === 'running' ? 'waiting' as const : state, step, isBound: this.server(serverId).virtfusionServerId !== null, hasActed }
      if (!judgeCancel(facts).allowed) continue
      this.change({ ...operation }, { state: 'cancelled', event: { code: 'cancelled_by_person' } })
      this.takeBack(operation)
    }
    this.endAlarm(now)
  }

  /** What the breaker has stopped and nobody has decided on. */
  private listHeld(): Operation[] {
    return [...this.operations.values()].filter((operation) => ACTIVE.has(operation.state) && operation.harmHeldAt !== null && operation.harmApprovedAt === null)
  }

  /** The server reads again as before it was asked for. */
  private takeBack(operation: Operation): void {
    const server = this.server(operation.serverId)
    const version = server.version + 1
    const wish = operation.kind === 'suspend' ? formerWish(operation, server) : null
    if (wish !== null) Object.assign(server, { desiredSuspended: wish, version })
    if (operation.kind !== 'delete') return
    const before = readChangeMemory(operation).lifecycleBefore ?? 'active'
    Object.assign(server, { deletionDueAt: null, deletionRequestedAt: null, version })
    if (server.lifecycle === 'deleting') server.lifecycle = server.virtfusionServerId === null ? 'failed' : before === 'deleting' ? 'active' : before
  }

  private endAlarm(now: number): void {
    if (this.harm.alarmSince === null || this.listHeld().length > 0) return
    this.harm.alarmSince = null
    this.harm.countsFrom = now
  }

  /** What an answer says about the panel as a whole: the part of it that makes work wait. */
  noteAnswer(answer: PanelAnswer<unknown>, operation: string | null): void {
    const sign = judgePanelSign(answer, operation)
    if (sign?.type === 'refused') this.pause ??= { at: this.now(), diagnosis: { ...sign.diagnosis, params: { ...sign.diagnosis.params, pauses: sign.scope } } as Operation['diagnosis'], lastFailureAt: this.now() }
    else if (sign?.type === 'answered' && sign.operation !== null && this.pause) {
      const scope = pauseScope(readDiagnosis(this.pause.diagnosis))
      if (scope === 'everything' || sign.operation === 'servers.create' || sign.operation === 'users.create') this.pause = null
    }
  }

  private readGate(): Gate {
    return {
      safeMode: this.isInSafeMode() ? concluded('safe_mode') : null,
      pause: this.pause && { diagnosis: readDiagnosis(this.pause.diagnosis) },
      epoch: this.safeModeLeftAt === null ? '' : new Date(this.safeModeLeftAt).toISOString(),
    }
  }

  // The queue

  msToNextJob(): number | null {
    let next: number | null = null
    for (const { lockedBy, runAt } of this.jobs.values()) if (lockedBy === null && (next === null || runAt < next)) next = runAt
    return next === null ? null : next - this.now()
  }

  schedule(operationId: string, runAt: number): void {
    const job = this.jobs.get(operationId)
    if (job && job.lockedBy === null) job.runAt = runAt
    // A job that is being worked is followed by another.
    else this.jobs.set(job ? `${operationId}#next` : operationId, { operationId, runAt, lockedBy: null, failures: 0 })
    this.onSchedule(runAt - this.now())
  }

  takeJob(worker: string): { key: string, job: Job } | null {
    const now = this.now()
    let found: { key: string, job: Job } | null = null
    for (const [key, job] of this.jobs) {
      if (job.lockedBy === null && job.runAt <= now && (!found || job.runAt < found.job.runAt)) found = { key, job }
    }
    if (found) found.job.lockedBy = worker
    return found
  }

  endJob(takenAs: string, job: Job, hasFailed: boolean): void {
    // One that followed another has moved into its place meanwhile.
    const key = [takenAs, job.operationId].find((name) => this.jobs.get(name) === job)
    if (key === undefined) return
    this.jobs.delete(key)
    const follower = this.jobs.get(`${job.operationId}#next`)
    if (follower && key === job.operationId) {
      this.jobs.delete(`${job.operationId}#next`)
      this.jobs.set(key, follower)
    }
    else if (hasFailed) {
      this.jobs.set(key, { ...job, lockedBy: null, failures: job.failures + 1, runAt: this.now() + 1000 * Math.exp(Math.min(10, job.failures + 1)) })
    }
  }

  releaseJobsOf(worker: string): void {
    for (const job of this.jobs.values()) if (job.lockedBy === worker) job.lockedBy = null
    this.onSchedule(0)
  }

  /** Operations that should be worked on and have no job get one, as `reconcile` does. */
  reconcile(): void {
    const now = this.now()
    for (const operation of this.operations.values()) {
      if (!(operation.state === 'queued' || operation.state === 'running' || operation.state === 'waiting')) continue
      if ((operation.leaseExpiresAt?.getTime() ?? 0) >= now || (operation.nextAttemptAt?.getTime() ?? 0) >= now - 2000) continue
      const job = this.jobs.get(operation.id)
      const waiting = job?.lockedBy === null ? job : this.jobs.get(`${operation.id}#next`)
      // One whose lease has ended is held by a worker that stands still.
      if ((!job || job.lockedBy === null || operation.leaseExpiresAt !== null) && (!waiting || waiting.runAt > now + 10_000)) this.schedule(operation.id, now)
    }
  }

  /** Another store goes along, and differs. */
  hasDiverged(): boolean {
    return false
  }

  /** Where it differs. */
  compareRows(): string[] {
    return []
  }

  // Rows

  insertServer(server: Subject): void {
    this.servers.set(server.id, server)
  }

  /** What asking for something changes at once. */
  patchServer(id: string, patch: AskedPatch): void {
    Object.assign(this.server(id), patch)
  }

  insertOperation(operation: Operation): void {
    this.requireUnique(operation)
    this.operations.set(operation.id, operation)
    this.append(operation, [this.draft(operation, operation.step === 'scheduled' ? 'scheduled' : 'asked')])
    this.schedule(operation.id, operation.nextAttemptAt?.getTime() ?? this.now())
  }

  /** At most one operation holds a server, and at most one deletion is scheduled for it. */
  private requireUnique(row: Operation): void {
    const slot = slotOf(row)
    if (slot === null) return
    for (const other of this.operations.values()) {
      if (other.id !== row.id && other.serverId === row.serverId && slotOf(other) === slot) throw new ConstraintError(slot)
    }
  }

  private append(operation: Operation, drafts: EventDraft[]): void {
    const chained = chainEvents(operation.eventHash, drafts)
    this.events.push(...chained)
    operation.eventHash = chained.at(-1)?.hash ?? operation.eventHash
  }

  private draft({ id, state, step }: Operation, code: string, params: EventDraft['params'] = {}): EventDraft {
    return { operationId: id, state, step, code, params, actorId: null }
  }

  operation(id: string): Operation {
    const row = this.operations.get(id)
    if (!row) throw new Error(`no operation ${id}`)
    return row
  }

  server(id: string): Subject {
    const row = this.servers.get(id)
    if (!row) throw new Error(`no server ${id}`)
    return row
  }
}
