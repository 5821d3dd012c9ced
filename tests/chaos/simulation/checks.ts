import { readCreateMemory } from '../../../server/engine/create/memory.ts'
import { readPanelDelay } from '../../../server/engine/decide-panel-delay.ts'
import { readDiagnosis } from '../../../server/engine/diagnosis.ts'
import { hashEvent } from '../../../server/engine/event-chain.ts'
import { CUSTOMER_DISABLED, SUSPENSION_ENFORCED } from '../../../server/engine/run.ts'
import type { Operation } from '../../../server/generated/prisma/client.ts'
import type { LedgerEntry } from '../../../simulator/core/ledger.ts'
import type { MemoryDatabase } from './memory-database.ts'
import type { Passage, SimulatedPanel } from './panel.ts'
import type { Worker } from './worker.ts'

export interface Violation { rule: string, detail: string, at: number }

/** A request that is on the wire must not be older than this since its intent was confirmed (S4). */
const INTENT_TTL_MS = 5_000
/** From the panel's word on who the customer's user is to the arrival of what is sent because of it: a list lies between, which may hang. */
const WORD_HOLDS_MS = 120_000
const isOver = (state: Operation['state']) => state === 'succeeded' || state === 'failed' || state === 'cancelled'

/** The remote server that a request is about; NaN for none. */
const targetOf = ({ path }: { path: string }) => Number(/^\/servers\/(\d+)/.exec(path)?.[1] ?? Number.NaN)

/** The token of the last lease that a worker had: calling an operation off takes it by one more. */
const leaseOf = ({ state, leaseToken }: Pick<Operation, 'state' | 'leaseToken'>) => (state === 'cancelled' ? leaseToken - 1n : leaseToken)

/** Looks at everything that happens, with the ground truth that the engine cannot see, and writes down what must never be. */
export class Checks {
  readonly violations: Violation[] = []
  private readonly database: MemoryDatabase
  private readonly panel: SimulatedPanel
  private readonly now: () => number
  /** How long Berth waits after it has taken a throw-away user away. */
  private readonly fenceMs: number
  private readonly seenEntries = { count: 0 }
  private readonly sends = new Map<string, number>()
  /** As what a worker last read a remote server, by worker, operation and lease. */
  private readonly reads = new Map<string, { uuid: string, built: string | null }>()
  /** What was installed, by the time of its build, when a rebuild was sent first. */
  private readonly erased = new Map<string, string | null>()
  /** Remote uuid -> server row that it was ever bound to. */
  private readonly bindings = new Map<string, string>()
  /** Server rows whose binding a person may have changed. */
  readonly releasedByPerson = new Set<string>()
  private readonly delivered = new Set<string>()
  /** Built to the end at some time: no failure makes such a disk a new one. */
  private readonly used = new Set<string>()
  /** The panel was put back to an earlier state: what it has forgotten is nobody's fault here. */
  isRestored = false
  private restoredAt = Infinity
  /** When the panel last said to an operation who its customer's user is, and when what was sent for him arrived. */
  private readonly saidOwner = new Map<string, number>()
  private readonly gave = new Map<string, number>()
  /** When each create left, and when the last one of an operation; and when what made a server had left and arrived, by its uuid. */
  private readonly leftAt = new WeakMap<Passage['request'], number>()
  private readonly lastCreateAt = new Map<string, number>()
  private readonly ways = new Map<string, { leftAt: number, arrivedAt: number }>()
  /** When somebody has left safe mode after the panel was put back. */
  private trustedAt = Infinity
  /** The database's clock was set: ages tell nothing. */
  hasJumped = false
  private readonly harmful = new Set<string>()
  /** Servers that a person, or the switching off of a customer, has had suspended and nobody has had lifted since. */
  private readonly suspendedByUs = new Set<string>()
  /** What the breaker on mass harm has held, until it let it through; and what of it an admin has called off. */
  private readonly held = new Set<string>()
  private readonly calledOff = new Set<string>()

  constructor(database: MemoryDatabase, panel: SimulatedPanel, now: () => number, fenceMs: number) {
    this.database = database
    this.panel = panel
    this.now = now
    this.fenceMs = fenceMs
    panel.watch = (passage) => this.onPassage(passage)
    database.onEnd = (operation) => this.onEnd(operation)
    database.onHarm = (operation, answer) => this.onHarm(operation, answer)
  }

  private report(rule: string, detail: string): void {
    this.violations.push({ rule, detail, at: this.now() })
  }

  private onPassage({ kind, request, worker, answer }: Passage): void {
    if (request.method === 'GET' && kind !== 'answered') return
    const operationId = request.requestId
    if (operationId === null) return
    if (kind === 'arrived' && (request.operation === 'servers.create' || request.operation === 'servers.changeOwner')) this.gave.set(operationId, this.now())
    if (request.operation === 'servers.create') this.noteWay(kind, request, operationId, answer)
    const operation = this.database.operations.get(operationId)
    if (!operation) return
    if (kind === 'arrived' && request.operation === 'servers.suspend' && operation.cause !== SUSPENSION_ENFORCED && answer !== undefined && answer.status < 300) this.suspendedByUs.add(operation.serverId)
    if (kind === 'answered' && request.operation === 'servers.get' && answer?.status === 200) this.noteRead(worker, operation, answer.value, targetOf(request))
    if (kind === 'answered' && request.operation === 'users.getByExtRelation' && answer?.status === 200 && !request.path.includes('relStr')) this.saidOwner.set(operationId, this.now())
    if (kind === 'handed' && request.method !== 'GET') this.checkAge(operation, request.operation)
    if (kind !== 'sent' || request.method === 'GET') return
    this.checkAttempt(operation, request.operation)
    if (this.database.safeModeSince !== null) this.checkSafeMode(operation)
    const target = targetOf(request)
    if (!Number.isNaN(target)) this.checkReadBefore(worker, operation, target, request.operation)
    this.checkHarm(operation)
    this.checkWanted(operation, request.operation)
    if (this.calledOff.has(operation.id)) this.report('H2', `${operation.kind} ${operation.id} was sent after an admin had called it off`)
    this.checkOnce(operation, request.operation)
    this.checkDelay(operation, request)
    this.checkDisabled(operation, request.operation)
  }

  private noteWay(kind: Passage['kind'], request: Passage['request'], operationId: string, answer: Passage['answer']): void {
    if (kind === 'sent') {
      this.leftAt.set(request, this.now())
      this.lastCreateAt.set(operationId, this.now())
    }
    const uuid = kind === 'arrived' && answer?.status === 201 ? (answer.value as { data?: { uuid?: string } }).data?.uuid : undefined
    if (uuid !== undefined) this.ways.set(uuid, { leftAt: this.leftAt.get(request) ?? Infinity, arrivedAt: this.now() })
  }

  /** S1, S2, S4: one POST per attempt, whose row was confirmed before and not long ago. */
  private checkAttempt(operation: Operation, action: string): void {
    const attempts = this.database.listAttempts(operation.id).filter((attempt) => attempt.action === action)
    // One that another worker has taken for lost meanwhile is still the same one attempt.
    const open = attempts.filter(({ completedAt, ending }) => completedAt === null || ending?.effect === 'unknown').filter(({ id }) => action !== 'servers.create' || !this.sends.has(id))
    if (action === 'servers.create' && attempts.filter(({ completedAt }) => completedAt === null).length > 1) this.report('S2', `${operation.id} has several open attempts`)
    const attempt = open.at(-1)
    if (!attempt) return this.report('S4', `${action} of ${operation.id} was sent without an open attempt`)
    const count = (this.sends.get(attempt.id) ?? 0) + 1
    this.sends.set(attempt.id, count)
    if (count > 1) this.report('S1', `attempt ${attempt.id} (${action}) was sent ${count} times`)
    if (action !== 'servers.create') return
    const earlier = attempts.slice(0, attempts.indexOf(attempt))
    for (const { id, ending, requestBody } of earlier) {
      const isReleased = this.database.audits.some(({ action: audited, operationId }) => operationId === operation.id && (audited === 'released_by_person' || audited === 'order.sent_again'))
      if (ending?.effect !== 'none' && !isReleased && !this.isFenced(requestBody)) this.report('S3', `attempt ${attempt.id} was opened although ${id} may have had an effect`)
    }
  }

  /** S3 for throw-away users, by the panel's own word: the user was deleted, and the wait since is over. */
  private isFenced(body: unknown): boolean {
    const userId = typeof body === 'object' && body !== null && 'userId' in body ? body.userId : null
    const deleted = this.panel.model.world.ledger.entries.findLast(({ effect, ids }) => effect === 'user.deleted' && ids.userId === userId)
    return this.isRestored || (deleted !== undefined && this.panel.clock() - Date.parse(deleted.at) >= this.fenceMs)
  }

  /** A1: what gets lost on the way to a throw-away user needs no person. What takes more than faults does: a panel that loses eight in a row, an operation that kills its workers. */
  checkAsked({ id, kind, serverId, diagnosis, memory }: Operation): void {
    const { order } = readCreateMemory({ memory })
    if (kind !== 'create' || order?.mode !== 'escrow' || this.isRestored) return
    const code = readDiagnosis(diagnosis)?.code ?? 'nothing'
    const isAboutSending = this.database.server(serverId).virtfusionServerId === null || code === 'owner_mismatch' || code === 'transfer_not_seen'
    // Safe mode is no fault: somebody doubted that the panel is the same, and was there to leave it.
    if (code === 'escrow_fence_void' && this.database.safeModeLeftAt !== null) return
    if (isAboutSending && code !== 'poison' && code !== 'escrow_lost_often' && code !== CUSTOMER_DISABLED) this.report('A1', `${id} needs a person because of faults alone: ${code}`)
  }

  /** S4 again, at the moment when the engine lets go of it: what comes after is the network's business. */
  private checkAge(operation: Operation, action: string): void {
    const begun = this.database.listAttempts(operation.id).findLast((attempt) => attempt.action === action)
    const age = this.database.time() - (begun?.createdAt ?? 0)
    if (begun && age > INTENT_TTL_MS && !this.hasJumped) this.report('S4', `${action} of ${operation.id} was sent ${age} ms after its intent`)
    const { state, finishedAt } = operation
    // What gave way to an admin has no lease any more: a call that was written down before may still leave, and none after.
    if (state === 'cancelled' && finishedAt) {
      if (begun && begun.createdAt > finishedAt.getTime() && !this.hasJumped) this.report('S4', `${action} of ${operation.id} was begun after it was called off`)
      return
    }
    // The intent of a create is written over the token itself; for all else the lease has to be held.
    if (begun && action !== 'servers.create' && !this.hasJumped && (operation.leaseExpiresAt?.getTime() ?? 0) + INTENT_TTL_MS < begun.createdAt) this.report('S4', `${action} of ${operation.id} was sent long after its lease`)
  }

  private checkSafeMode(operation: Operation): void {
    const open = this.database.listAttempts(operation.id).find(({ completedAt, method }) => completedAt === null && method !== 'GET')
    if (!open || open.createdAt > (this.database.safeModeSince ?? Infinity)) this.report('S11', `${operation.kind} ${operation.id} changed the panel in safe mode`)
  }

  /** H2: what the breaker has held goes on by an admin's word alone, whatever else it waited for and whatever became of the alarm. */
  private onHarm({ id, kind, harmApprovedAt }: Operation, answer: 'pass' | 'hold'): void {
    if (answer === 'hold') this.held.add(id)
    else if (this.held.delete(id) && !harmApprovedAt && !this.hasJumped) this.report('H2', `${kind} ${id} was held, and let through although nobody has confirmed it`)
  }

  /** What an admin has confirmed is held no more: tried again later, it is counted like everything else. */
  onConfirm(): void {
    for (const id of this.held) if (this.database.operation(id).harmApprovedAt) this.held.delete(id)
  }

  /** An admin calls off all that the breaker holds. What may have been sent before stays as it is, and is told to him. */
  onCallOff(): void {
    for (const id of this.held) {
      const { harmApprovedAt } = this.database.operation(id)
      const isSent = this.database.listAttempts(id).some(({ method, completedAt, ending }) => method !== 'GET' && (completedAt === null || ending?.effect !== 'none'))
      if (!harmApprovedAt && !isSent) this.calledOff.add(id)
    }
  }

  /** What does harm stays below the hour's limit, unless an admin has confirmed this very operation. */
  private checkHarm({ id, kind, harmApprovedAt }: Operation): void {
    if ((kind !== 'suspend' && kind !== 'delete' && kind !== 'rebuild') || this.harmful.has(id) || harmApprovedAt || this.hasJumped) return
    this.harmful.add(id)
    const { harm } = this.database
    const from = Math.max(this.database.time() - 3_600_000, harm.countsFrom)
    // The place is taken a moment before the call is sent; one that was never asked for counts in any case. One that went through, came to
    // nothing, and was confirmed before it went again takes no place any more.
    const count = [...this.harmful].filter((harmed) => this.database.operations.get(harmed)?.harmApprovedAt === null && (harm.events.get(harmed) ?? Infinity) > from).length
    if (count > this.database.safety.harmPerHour && this.database.safety.harmPercentPerHour === 0) this.report('H1', `${count} servers were harmed within an hour`)
  }

  /** A restart, a power-off and a rebuild that may have taken place are never sent again by themselves. */
  private checkOnce(operation: Operation, action: string): void {
    if (operation.kind !== 'restart' && operation.kind !== 'poweroff' && operation.kind !== 'rebuild') return
    // All but the one that is sent now, which may be closed already: when an admin's change took the operation's place a moment ago.
    const earlier = this.database.listAttempts(operation.id).filter((attempt) => attempt.action === action).slice(0, -1)
    const doubtful = earlier.filter(({ completedAt, ending }) => completedAt !== null && ending?.effect !== 'none')
    const asked = 1 + this.database.audits.filter(({ action: audited, operationId }) => operationId === operation.id && audited === 'retried_by_person').length
    if (doubtful.length >= asked) this.report('P1', `${operation.kind} ${operation.id} was sent again although an earlier one may have taken place`)
  }

  /** D2: the panel is given the delay that was asked for, and what it has taken for certain is never sent again, which would count anew. */
  private checkDelay(operation: Operation, { operation: action, path }: Passage['request']): void {
    if (action !== 'servers.delete') return
    const delay = new URLSearchParams(path.split('?')[1]).get('delay')
    if (delay !== String(readPanelDelay(operation) ?? 0)) this.report('D2', `${operation.id} was sent with a delay of ${delay} minutes`)
    if (readPanelDelay(operation) === null) return
    const [taken, again] = this.database.listAttempts(operation.id).filter((attempt) => attempt.action === action).slice(-2)
    // The step before this one looks at it. What a turn without its lease writes down while it does comes too late.
    const isKnown = again !== undefined && taken?.ending?.effect === 'done' && (taken.completedAt ?? Infinity) < (this.database.readAt.get(operation.id)?.before ?? 0)
    if (isKnown && !this.hasJumped) this.report('D2', `${operation.id} was sent again although the panel has taken ${taken.id}`)
  }

  /** C29: nothing new is ordered or installed for somebody who was switched off before the step read its row. */
  private checkDisabled(operation: Operation, action: string): void {
    if (operation.kind !== 'create' || (action !== 'servers.create' && action !== 'servers.build')) return
    if (this.wasSwitchedOff(operation)) this.report('C29', `${action} of ${operation.id} was sent although its customer was switched off`)
  }

  private wasSwitchedOff({ id, serverId }: Operation): boolean {
    const { disabledAt } = this.database.server(serverId).customer
    return disabledAt !== null && !this.hasJumped && disabledAt.getTime() < (this.database.readAt.get(id)?.step ?? 0)
  }

  /** C29 again: what came of an order that was under way is suspended. */
  private checkSuspended(operation: Operation): void {
    const { serverId } = operation
    const { reference } = this.database.server(serverId)
    if (!this.wasSwitchedOff(operation)) return
    const isAsked = [...this.database.operations.values()].some(({ kind, serverId: other }) => kind === 'suspend' && other === serverId)
    if (!isAsked) this.report('C29', `${reference} was made for a customer who is switched off, and nobody suspends it`)
  }

  /** S13: what Berth suspends by itself was suspended by somebody's word here, and not lifted since. Told by what was asked and came of it, never by the row. */
  private checkWanted({ id, serverId, cause }: Operation, action: string): void {
    if (action !== 'servers.suspend' || cause !== SUSPENSION_ENFORCED || this.suspendedByUs.has(serverId)) return
    this.report('S13', `${id} suspends ${this.database.server(serverId).reference}, which nobody here had suspended`)
  }

  /** Asked is not done: what is called done is so at the panel. */
  private onEnd(operation: Operation): void {
    this.held.delete(operation.id)
    if (operation.state !== 'succeeded') return
    this.checkCustomer(operation)
    if (operation.kind === 'suspend') this.suspendedByUs.add(operation.serverId)
    if (operation.kind === 'unsuspend') this.suspendedByUs.delete(operation.serverId)
    if (operation.kind === 'create') this.checkSuspended(operation)
    if (this.isRestored) return
    const server = this.database.server(operation.serverId)
    const remote = [...this.panel.model.world.state.servers.values()].find(({ uuid }) => uuid === server.virtfusionUuid)
    if (operation.kind === 'delete' && remote) this.report('D1', `${server.reference} is called deleted, but the panel has it`)
    if (operation.kind === 'create' && remote && server.virtfusionOwnerId !== remote.ownerId) this.report('O1', `${server.reference} is called made, but belongs to ${remote.ownerId}, not to ${server.virtfusionOwnerId}`)
    if (operation.kind === 'create' && !remote) this.report('C1', `${server.reference} is called made, but the panel has no such server`)
    if (operation.kind !== 'suspend' && operation.kind !== 'unsuspend') return
    const wanted = operation.kind === 'suspend'
    const effect = wanted ? 'server.suspended' : 'server.unsuspended'
    const { entries } = this.panel.model.world.ledger
    // The panel's clock is not the database's, by which the question was asked: after a jump the two tell nothing of each other.
    const isSince = ({ at }: LedgerEntry) => this.hasJumped || Date.parse(at) >= operation.createdAt.getTime() - 10 * 60_000
    const happened = entries.some((entry) => entry.effect === effect && entry.uuid === server.virtfusionUuid && isSince(entry))
    if (remote && remote.suspended !== wanted && !happened) this.report('L3', `${operation.kind} of ${server.reference} is called done, but it never was so`)
  }

  /**
   * I7: what was ordered for a customer's own user belongs to nobody else at the panel, whatever numbers were given again meanwhile; but for what
   * the panel came back in the middle of, between its word on the user and the arrival of what was sent.
   */
  private checkCustomer({ id, kind, serverId, memory }: Operation): void {
    const { virtfusionUuid, customer, reference } = this.database.server(serverId)
    if (kind !== 'create' || readCreateMemory({ memory }).order?.ownerMode !== 'customer') return
    const saidAt = this.saidOwner.get(id) ?? -Infinity
    if (this.isRestored && (this.panel.hidesUsers || (saidAt < this.restoredAt && (this.gave.get(id) ?? Infinity) < saidAt + WORD_HOLDS_MS))) return
    const { servers, users } = this.panel.model.world.state
    const remote = [...servers.values()].find(({ uuid }) => uuid === virtfusionUuid)
    const owner = remote && users.get(remote.ownerId)
    if (owner && owner.extRelationId !== customer.virtfusionExtRelationId) this.report('O3', `${reference} is called made for customer ${customer.virtfusionExtRelationId}, but belongs to the user of ${owner.extRelationId ?? 'nobody'}`)
  }

  private noteRead(worker: Worker, operation: Operation, value: unknown, target: number): void {
    const { uuid, built = null } = (value as { data?: { uuid?: string, built?: string | null } }).data ?? {}
    if (uuid !== undefined) this.reads.set(`${worker.id}:${operation.id}:${leaseOf(operation)}:${target}`, { uuid, built })
  }

  /** S10: whatever is done to a server was read before, in the same lease, and was ours. */
  private checkReadBefore(worker: Worker, operation: Operation, target: number, action: string): void {
    const server = this.database.server(operation.serverId)
    const read = this.reads.get(`${worker.id}:${operation.id}:${leaseOf(operation)}:${target}`)
    if (target !== server.virtfusionServerId) this.report('S10', `${action} went to ${target}, but ${server.reference} is bound to ${server.virtfusionServerId}`)
    else if (!read) this.report('S10', `${action} on ${target} for ${operation.id} without a read before it in the same lease`)
    else if (read.uuid !== server.virtfusionUuid) this.report('S10', `${action} on ${target} although the panel shows ${read.uuid} there`)
    else if (operation.kind === 'rebuild' && action === 'servers.build') this.checkErased(operation, read.built)
  }

  /** S9 again: what a rebuild erases is what was installed when it was sent first. Whatever was built since, nobody has agreed to lose. */
  private checkErased({ id }: Operation, built: string | null): void {
    const first = this.erased.get(id)
    if (first === undefined) this.erased.set(id, built)
    else if (first !== built) this.report('S9', `rebuild ${id} was sent over an installation that is newer than its confirmation`)
  }

  /** After each event: what can be seen from the tables and from what the panel has just done. */
  afterEvent(): void {
    const { entries } = this.panel.model.world.ledger
    for (; this.seenEntries.count < entries.length; this.seenEntries.count++) this.onEffect(entries[this.seenEntries.count] as LedgerEntry)
  }

  private onEffect(entry: LedgerEntry): void {
    if (entry.effect === 'server.build-started' || entry.effect === 'server.build-queued') this.checkBuild(entry)
    if (entry.uuid === null) return
    if (entry.effect === 'server.built') this.used.add(entry.uuid)
    // A new server whose build failed has no disk that anybody could have used.
    if (entry.effect === 'server.build-failed' && !this.used.has(entry.uuid)) this.delivered.delete(entry.uuid)
  }

  /** S9: nothing is built on a disk that somebody has used, unless a rebuild was asked for. */
  private checkBuild({ uuid, requestId }: LedgerEntry): void {
    if (uuid === null) return
    const { users, servers } = this.panel.model.world.state
    const owner = users.get([...servers.values()].find((server) => server.uuid === uuid)?.ownerId ?? 0)
    if (owner?.email.endsWith('@escrow.berth.invalid') && !this.isRestored) this.report('O2', `${uuid} is built while it still belongs to a throw-away user`)
    const operation = requestId === null ? undefined : this.database.operations.get(requestId)
    if (this.delivered.has(uuid) && operation?.kind !== 'rebuild') this.report('S9', `${uuid} was built again by ${operation?.kind ?? 'nobody'} ${requestId ?? ''}`)
    this.delivered.add(uuid)
  }

  /** The panel is put back to an earlier state: what was installed since is not, and was seen before. */
  onRestore(): void {
    this.afterEvent()
    this.isRestored = true
    this.restoredAt = this.now()
    this.delivered.clear()
    this.used.clear()
  }

  onSafeModeLeft(): void {
    if (this.isRestored) this.trustedAt = Math.min(this.trustedAt, this.now())
  }

  /** S5 to S7, on demand: bindings are a partial bijection, true, and never change; no order has two servers. */
  checkBindings(isFinal: boolean): void {
    const made = this.listMade()
    const rowsByUuid = new Map<string, string>()
    for (const server of this.database.servers.values()) {
      const { virtfusionUuid: uuid } = server
      if (uuid === null) continue
      const other = rowsByUuid.get(uuid)
      if (other) this.report('S6', `${uuid} is bound to ${other} and ${server.reference}`)
      rowsByUuid.set(uuid, server.reference)
      const before = this.bindings.get(server.id)
      if (before !== undefined && before !== uuid) this.report('S6', `${server.reference} was bound to ${before}, now to ${uuid}`)
      this.bindings.set(server.id, uuid)
      const truth = made.get(uuid)
      if (truth && truth.serverId !== server.id && !this.releasedByPerson.has(server.id)) this.report('S7', `${server.reference} is bound to ${uuid}, which was made for ${truth.serverId ?? 'nobody'}`)
    }
    if (!isFinal) return
    const live = this.listLive()
    const perRow = new Map<string, string[]>()
    for (const [uuid, { serverId, operationId }] of made) {
      if (!live.has(uuid) || serverId === null || this.wasTakenAway(uuid, serverId) || this.cameTooLate(uuid, operationId)) continue
      perRow.set(serverId, [...perRow.get(serverId) ?? [], uuid])
    }
    for (const [serverId, uuids] of perRow) {
      const bound = this.database.server(serverId).virtfusionUuid
      const unknown = uuids.filter((uuid) => uuid !== bound && !this.database.orphans.has(uuid))
      const isGivenUp = this.releasedByPerson.has(serverId)
      const isAsked = [...this.database.operations.values()].some((operation) => operation.serverId === serverId && operation.kind === 'create' && !isOver(operation.state))
      if (uuids.length > 1 && !isGivenUp) this.report('S5', `${this.database.server(serverId).reference} has ${uuids.length} live servers: ${uuids.join(', ')}`)
      if (unknown.length > 0 && !isAsked) this.report('L4', `${unknown.join(', ')} of ${this.database.server(serverId).reference} is known to nobody`)
    }
  }

  /** By a hand-over of another order that was under way when the panel was put back, and found another server under its number: nobody can call it back. */
  private wasTakenAway(uuid: string, serverId: string): boolean {
    return this.isRestored && this.panel.model.world.ledger.entries.some((entry) => entry.effect === 'server.owner-changed' && entry.uuid === uuid && entry.requestId !== null && this.database.operations.get(entry.requestId)?.serverId !== serverId)
  }

  /**
   * S5 across a backup: what was under way when the panel was put back may be let in by whoever has its throw-away user's number since. Sent again
   * before anybody could know of the backup, the order has two then. Afterwards a person has to look before anything is sent again.
   */
  private cameTooLate(uuid: string, operationId: string | null): boolean {
    const way = this.ways.get(uuid)
    if (!way || operationId === null || way.leftAt > this.restoredAt || way.arrivedAt < this.restoredAt) return false
    return (this.lastCreateAt.get(operationId) ?? Infinity) < this.trustedAt
  }

  /** Servers that orders have brought into being: uuid -> row that it was made for; null for those made by hand. */
  private listMade(): Map<string, { serverId: string | null, operationId: string | null }> {
    const made = new Map<string, { serverId: string | null, operationId: string | null }>()
    for (const { effect, uuid, requestId } of this.panel.model.world.ledger.entries) {
      if (effect !== 'server.created' || uuid === null) continue
      made.set(uuid, { operationId: requestId, serverId: requestId === null ? null : this.database.operations.get(requestId)?.serverId ?? null })
    }
    return made
  }

  private listLive(): Set<string> {
    return new Set([...this.panel.model.world.state.servers.values()].map(({ uuid }) => uuid))
  }

  /** Once calm: everything has ended, or stands in front of a person with a reason. */
  checkCalm(): void {
    this.checkBindings(true)
    for (const operation of this.database.operations.values()) {
      const code = readDiagnosis(operation.diagnosis)?.code
      if (isOver(operation.state)) {
        if (operation.leaseExpiresAt && operation.leaseExpiresAt.getTime() > this.now()) this.report('L5', `${operation.id} is over and still leased`)
        this.checkEnd(operation)
        continue
      }
      const isBehind = code === 'waiting_for_owner' || code === 'mass_harm_stopped' || code === 'safe_mode'
      if (operation.state === 'needs_attention' || isBehind || operation.step === 'scheduled') continue
      this.report('L1', `${operation.kind} ${operation.id} is ${operation.state} at ${operation.step} for ever (${code ?? 'no diagnosis'})`)
    }
    this.checkChain()
  }

  /** S8 and L3: an order is not given up while its effect is unknown; what was asked for is so. */
  private checkEnd(operation: Operation): void {
    const server = this.database.server(operation.serverId)
    if (operation.kind === 'create' && operation.state === 'failed' && server.virtfusionServerId === null) {
      // What a person has said never happened, or the host's setting has given up, is settled: then the last attempt alone counts.
      const isSettled = this.database.audits.some(({ action, operationId }) => operationId === operation.id && (action === 'released_by_person' || action === 'order.sent_again'))
      const creates = this.database.listAttempts(operation.id).filter(({ action, requestBody }) => action === 'servers.create' && !this.isFenced(requestBody))
      const doubtful = (isSettled ? creates.slice(-1) : creates).find(({ ending }) => ending?.effect !== 'none')
      if (doubtful && !this.releasedByPerson.has(server.id)) this.report('S8', `order ${operation.id} failed although attempt ${doubtful.id} may have had an effect`)
    }
  }

  /** S12: the timeline is whole. */
  private checkChain(): void {
    const last = new Map<string, string | null>()
    for (const event of this.database.events) {
      const before = last.get(event.operationId) ?? null
      if (event.previousHash !== before || event.hash !== hashEvent(before, event)) return this.report('S12', `the timeline of ${event.operationId} is broken at ${event.code}`)
      last.set(event.operationId, event.hash)
    }
    for (const { id, eventHash } of this.database.operations.values()) if ((last.get(id) ?? null) !== eventHash) this.report('S12', `the timeline of ${id} has lost its end`)
    for (const attempt of this.database.attempts.values()) {
      const operation = attempt.operationId === null ? undefined : this.database.operations.get(attempt.operationId)
      if (attempt.method !== 'GET' && attempt.completedAt === null && operation && isOver(operation.state)) this.report('S12', `attempt ${attempt.id} (${attempt.action}) never got an outcome`)
    }
  }
}
