import { OPERATION_STEPS, type OperationKind, type OperationState } from '#shared/lifecycle/operations.ts'
import { abandonment, release, type Resolution } from '../../../server/engine/create/resolution.ts'
import type { Transition } from '../../../server/engine/decide-transition.ts'
import { concluded } from '../../../server/engine/diagnosis.ts'
import type { ObservationPatch } from '../../../server/engine/observation.ts'
import type { AttemptEnding, Lease, MadeCall, NewAttempt, Standing } from '../../../server/engine/ports.ts'
import { WAITING_FOR_OWNER, type Subject } from '../../../server/engine/run.ts'
import type { BoundRemote, Write } from '../../../server/engine/writes.ts'
import type { Operation } from '../../../server/generated/prisma/client.ts'
import type { AskedPatch, MemoryDatabase } from '../simulation/memory-database.ts'
import type { Chance } from '../simulation/random.ts'
import { newOperation, newServer, type Customer } from '../simulation/rows.ts'
import type { Answer, VerbCall } from './verbs.ts'

/** One thing that is done to both stores. */
export type Single =
  | { type: 'time', ms: number }
  | { type: 'call', call: VerbCall }
  | { type: 'server', server: Subject }
  | { type: 'patch-server', id: string, patch: AskedPatch }
  | { type: 'ask', operation: Operation }
  | { type: 'decide', seen: Operation, resolution: Resolution }
  | { type: 'safe-mode', set: { safeModeSince: number | null, safeModeLeftAt?: number } }
  | { type: 'pause', isOn: boolean }
  | { type: 'safety', harmPerHour: number }
  | { type: 'confirm-harm' }
  | { type: 'call-off-harm' }
  | { type: 'forget-users', proven: number[] }

/** A race is two calls at the same moment: they may take effect in either order, but each as a whole. */
export type Step = Single | { type: 'race', calls: [VerbCall, VerbCall] }

const MINUTE = 60_000
const OWNERS = [5, 6]
const REMOTES = [1, 2, 3]
const RELATIONS = ['order-1', 'order-2']
const CHANGES: OperationKind[] = ['suspend', 'unsuspend', 'boot', 'restart', 'rename', 'rebuild', 'delete']
const FINAL = new Set<OperationState>(['succeeded', 'failed'])

/** Draws steps from the rows as they stand, from leases that were given (held and lost ones alike) and from reads that may be old. */
export class RandomSteps {
  private readonly leases: Lease[] = []
  private readonly seen: Operation[] = []
  private readonly chance: Chance
  private readonly now: () => number

  constructor(chance: Chance, now: () => number) {
    this.chance = chance
    this.now = now
  }

  /** Two new orders, and three servers that stand, to two of which harm is to be done: the breaker holds whichever comes second. */
  begin(): Step[] {
    const { chance } = this
    const customers = [1, 2].map((number): Customer => ({ id: this.uuid(), name: `Customer ${number}`, email: `customer${number}@example.com`, virtfusionUserId: null, virtfusionExtRelationId: number, disabledAt: null }))
    const order = { features: { virtfusion_package_id: 1, virtfusion_user_id: 5, virtfusion_hypervisor_id: 1 }, overrides: {}, ownerMode: 'plan' as const, mode: 'direct' as const, operatingSystemId: 1 }
    return [{ type: 'safety', harmPerHour: 1 }, ...[1, 2, 3, 4, 5].flatMap((number): Step[] => {
      const at = new Date(this.now() + number)
      const server = newServer({ id: this.uuid(), number, customer: chance.pick(customers), order, at })
      if (number === 3) return [{ type: 'server', server: { ...server, lifecycle: 'active', virtfusionServerId: 1, virtfusionUuid: uuidOf(1), virtfusionOwnerId: 5 } }]
      if (number < 3) return [{ type: 'server', server }, { type: 'ask', operation: newOperation({ id: this.uuid(), serverId: server.id, kind: 'create', at }) }]
      return [
        { type: 'server', server: { ...server, lifecycle: 'active', virtfusionServerId: number, virtfusionUuid: uuidOf(number), virtfusionOwnerId: 5 } },
        { type: 'ask', operation: newOperation({ id: this.uuid(), serverId: server.id, kind: number === 4 ? 'suspend' : 'delete', at }) },
      ]
    })]
  }

  /** What a worker keeps: its lease, and the rows that it has read. */
  note(call: VerbCall, answer: Answer | undefined): void {
    const value = answer && 'value' in answer ? answer.value : null
    if (call.verb === 'claim' && isClaimed(value)) {
      this.leases.unshift(value.lease)
      this.seen.unshift(value.standing.operation)
    }
  }

  next(database: MemoryDatabase): Step {
    const { chance } = this
    const kind = chance.weigh({ 'time': 16, 'call': 60, 'race': 10, 'ask': 5, 'decide': 4, 'safe-mode': 2, 'pause': 2, 'safety': 1, 'confirm-harm': 2, 'call-off-harm': 5, 'forget-users': 1 })
    switch (kind) {
      case 'time': return { type: 'time', ms: chance.pick([1, 300, 1_000, 3_000, 7_000, 40_000, 61_000, 61 * MINUTE]) }
      case 'call': return { type: 'call', call: this.call(database) }
      case 'race': return { type: 'race', calls: [this.call(database), this.call(database)] }
      case 'ask': return { type: 'ask', operation: this.ask(database) }
      case 'decide': {
        const seen = this.operation(database)
        return { type: 'decide', seen, resolution: this.resolution(seen) }
      }
      case 'safe-mode': return { type: 'safe-mode', set: database.safeModeSince === null ? { safeModeSince: this.now() } : { safeModeSince: null, safeModeLeftAt: this.now() } }
      case 'pause': return { type: 'pause', isOn: database.pause === null }
      case 'safety': return { type: 'safety', harmPerHour: chance.between(1, 3) }
      case 'confirm-harm': case 'call-off-harm': return { type: kind }
      case 'forget-users': return { type: 'forget-users', proven: OWNERS.filter(() => chance.hits(0.3)) }
    }
  }

  private uuid(): string {
    return this.chance.uuid(this.now())
  }

  /** As it stands; now and then as it was read before. */
  private operation(database: MemoryDatabase): Operation {
    const { chance } = this
    const current = { ...chance.pick([...database.operations.values()]) }
    const old = this.seen.filter(({ id }) => id === current.id)
    return old.length > 0 && chance.hits(0.2) ? chance.pick(old) : current
  }

  private ask(database: MemoryDatabase): Operation {
    const { chance } = this
    const { id: serverId } = chance.pick([...database.servers.values()])
    const kind = chance.pick(CHANGES)
    const at = new Date(this.now())
    return newOperation({ id: this.uuid(), serverId, kind, at, ...(kind === 'delete' && chance.hits(0.7) ? { dueAt: new Date(this.now() + chance.pick([1, 10_000, MINUTE])) } : {}) })
  }

  private resolution(seen: Operation): Resolution {
    const { chance } = this
    const kind = chance.pick(['release', 'abandon', 'adopt', 'retry', 'cancel'] as const)
    switch (kind) {
      case 'release': return release(seen, 'it never came')
      case 'abandon': return abandonment('unclear')
      case 'adopt': return { state: 'queued', step: 'install', freesOwner: true, isFresh: true, memory: { freshAt: '2026-01-01T00:00:00.000Z' }, event: { code: 'adopted_by_person' }, writes: [{ type: 'bound', remote: this.remote() }] }
      case 'retry': return { state: 'queued', step: OPERATION_STEPS[seen.kind].at(-1) ?? '', isFresh: true, event: { code: 'retried_by_person' } }
      case 'cancel': return { state: 'cancelled', event: { code: 'cancelled_by_person' } }
    }
  }

  private call(database: MemoryDatabase): VerbCall {
    const { chance } = this
    const verb = chance.weigh({
      claim: 14, renew: 3, handOver: 3, schedule: 2, write: 24, writeFacts: 5, beginAttempt: 6, completeAttempt: 5, completeLostAttempts: 2, findLastAttempt: 4,
      takeOwner: 8, findBound: 2, keepPanelUser: 1, isGivenAgain: 1, findPanelUser: 1, hasSiblingMakingUser: 2, recordCall: 2, findRival: 2, mayProbe: 2, spendHarm: 9, createSettings: 1,
    })
    const operation = this.operation(database)
    const server = database.server(operation.serverId)
    const lease = this.lease(operation)
    const action = chance.pick([undefined, 'servers.create', 'users.create', 'servers.get'])
    switch (verb) {
      case 'claim': return { verb, args: [operation.id] }
      case 'renew': case 'handOver': return { verb, args: [lease] }
      case 'schedule': return { verb, args: [operation.id, new Date(this.now() + chance.between(0, 9_000))] }
      case 'write': return { verb, args: [this.move(database, lease)] }
      case 'writeFacts': return { verb, args: [operation, { ...server }, this.facts(database, operation)] }
      case 'beginAttempt': return { verb, args: [this.attempt(operation), chance.hits(0.7) ? lease : null] }
      case 'completeAttempt': {
        const [id] = this.knownAttempt(database, operation)
        return id === undefined ? { verb: 'mayProbe', args: [] } : { verb, args: [id, this.ending()] }
      }
      case 'completeLostAttempts': case 'findLastAttempt': return { verb, args: [operation.id, ...(action === undefined ? [] : [action])] as [string, string?] }
      case 'takeOwner': return { verb, args: [lease, chance.pick(OWNERS)] }
      case 'findBound': return { verb, args: [REMOTES.map((id) => ({ id, uuid: uuidOf(chance.pick([id, 9])) })), server.id] }
      case 'keepPanelUser': return { verb, args: [server.customerId, this.panelUser(server.customer)] }
      case 'isGivenAgain': return { verb, args: [this.panelUser(server.customer), chance.pick(RELATIONS)] }
      case 'findPanelUser': return { verb, args: [server.customerId] }
      case 'hasSiblingMakingUser': return { verb, args: [operation.id, server.customerId] }
      case 'recordCall': return { verb, args: [this.madeCall(operation)] }
      case 'findRival': return { verb, args: [server.id, operation.id] }
      case 'mayProbe': case 'createSettings': return { verb, args: [] }
      case 'spendHarm': return { verb, args: [{ id: operation.id, serverId: operation.serverId, kind: operation.kind }] }
    }
  }

  /** Mostly the newest one of the operation; else one that is lost, or was never given. */
  private lease({ id, leaseToken }: Operation): Lease {
    const own = this.leases.filter(({ operationId }) => operationId === id)
    return own[this.chance.hits(0.8) ? 0 : own.length - 1] ?? { operationId: id, token: leaseToken }
  }

  private move(database: MemoryDatabase, lease: Lease): Extract<VerbCall, { verb: 'write' }>['args'][0] {
    const { chance } = this
    const { operation: before, server } = database.standingOf(database.operation(lease.operationId))
    const state = chance.weigh({ running: 6, waiting: 4, needs_attention: 2, succeeded: 1, failed: 1 })
    const isFinal = FINAL.has(state)
    const steps = OPERATION_STEPS[before.kind].filter((step) => step !== 'scheduled' || before.step === 'scheduled')
    const transition: Transition = {
      state, isFinal, step: chance.hits(0.3) ? before.step : chance.pick(steps), attempt: chance.between(0, 3), progress: chance.between(0, 100),
      nextAttemptAt: state === 'waiting' || (state === 'running' && chance.hits(0.2)) ? new Date(this.now() + chance.pick([0, 200, 2_000, 30_000])) : null,
      diagnosis: chance.pick([null, concluded(WAITING_FOR_OWNER, { ownerId: chance.pick(OWNERS) }), concluded('server_busy')]),
      memory: chance.hits(0.5) ? { looks: chance.between(0, 9), sentAt: new Date(this.now()).toISOString() } : {},
      goesOn: state === 'running' && chance.hits(0.6), result: state === 'succeeded' && chance.hits(0.5) ? { virtfusionServerId: 7 } : null,
      events: Array.from({ length: chance.pick([0, 1, 1, 2]) }, (_, index) => ({ code: `happened_${index}`, params: { b: index, a: { d: null, c: 'x' } } })),
    }
    const writes = [...this.facts(database, before), ...Array.from({ length: chance.pick([0, 0, 1, 2]) }, () => this.write(before, server))]
      // A turn has one attempt under way.
      .filter((write, index, all) => write.type !== 'attempt-begun' || all.findIndex(({ type }) => type === 'attempt-begun') === index)
    return { lease, before, server, transition, writes: chance.hits(0.5) ? writes : [], freesOwner: chance.hits(0.2), isOrderly: chance.hits(0.8) }
  }

  /** What the panel told for certain: how a call ended, and which server it has made. */
  private facts(database: MemoryDatabase, operation: Operation): Write[] {
    const { chance } = this
    const [id] = this.knownAttempt(database, operation)
    return [
      ...(id !== undefined && chance.hits(0.5) ? [{ type: 'attempt-completed' as const, id, ending: this.ending() }] : []),
      ...(chance.hits(0.4) ? [{ type: 'call-made' as const, call: this.madeCall(operation) }] : []),
      ...(chance.hits(0.4) ? [{ type: 'seen' as const, patch: this.observation() }] : []),
      ...(chance.hits(0.3) ? [{ type: 'bound' as const, remote: this.remote() }] : []),
    ]
  }

  private write(operation: Operation, { customerId, customer }: Subject): Write {
    const { chance } = this
    const kind = chance.pick(['server', 'server', 'attempt-begun', 'attempt-begun', 'attempts-lost', 'vanished', 'scheduled-deletion-cancelled', 'look-again', 'await-owner', 'escrow-made', 'escrow-gone', 'audit', 'notice'] as const)
    switch (kind) {
      case 'server': return chance.pick<Write>([
        { type: kind, patch: { lifecycle: chance.pick(['active', 'failed', 'deleting'] as const) }, onlyIn: ['provisioning', 'active', 'failed', 'deleting'] },
        { type: kind, patch: { lifecycle: 'deleted', deletedAt: new Date(this.now()), deletionDueAt: null, deletionRequestedAt: null, power: 'unknown', vanishedAt: null } },
        { type: kind, patch: { name: 'renamed', operatingSystemId: 2, operatingSystemName: null, observedAt: null, desiredSuspended: true } },
      ])
      case 'attempt-begun': return { type: kind, attempt: this.attempt(operation) }
      case 'attempts-lost': return { type: kind, ...(chance.hits(0.5) ? { action: 'servers.get' } : {}) }
      case 'vanished': return { type: kind, since: new Date(this.now()) }
      case 'scheduled-deletion-cancelled': return { type: kind }
      case 'look-again': return { type: kind, afterMs: [MINUTE, 5 * MINUTE] }
      case 'await-owner': return { type: kind, ownerId: chance.pick(OWNERS) }
      case 'escrow-made': return { type: kind, relation: chance.pick(RELATIONS), virtfusionUserId: this.panelUser(customer) }
      case 'escrow-gone': return { type: kind, relation: chance.pick(RELATIONS) }
      case 'audit': return { type: kind, action: 'order.sent_again', after: { reason: 'lost' } }
      case 'notice': return { type: kind, notice: { to: chance.pick(['admins' as const, { userId: customerId }]), level: 'error', code: 'orphan_found', params: { number: 1 }, link: '/admin', dedupeKey: `notice:${chance.between(1, 2)}` } }
    }
  }

  /** Of few numbers, one of which both customers may be given. */
  private panelUser({ virtfusionExtRelationId }: Pick<Customer, 'virtfusionExtRelationId'>): number {
    return this.chance.pick([100, virtfusionExtRelationId * 100 + 1])
  }

  private attempt({ id, serverId }: Operation): NewAttempt {
    const { chance } = this
    const [action, method, path] = chance.pick([['servers.create', 'POST', '/servers'], ['users.create', 'POST', '/users']] as const)
    return { id: this.uuid(), operationId: id, serverId, action, attempt: chance.between(1, 3), method, path, requestBody: chance.pick([null, { packageId: 1 }]), requestId: id }
  }

  private madeCall({ id, serverId }: Operation): MadeCall {
    const attempt: NewAttempt = { id: this.uuid(), operationId: id, serverId, action: 'servers.get', attempt: 1, method: 'GET', path: '/servers/1', requestBody: null, requestId: id }
    return { attempt, ending: this.ending(), beganMsAgo: this.chance.between(0, 500) }
  }

  private knownAttempt(database: MemoryDatabase, { id }: Operation): string[] {
    const attempts = database.listAttempts(id)
    return attempts.length > 0 ? [this.chance.pick(attempts).id] : []
  }

  private ending(): AttemptEnding {
    const { chance } = this
    return {
      outcome: chance.pick(['ok', 'rejected', 'unreachable', 'unknown'] as const), effect: chance.pick(['none', 'done', 'unknown'] as const), httpStatus: chance.pick([null, 201, 503]),
      responseBody: chance.pick([null, { data: { id: 1 } }]), durationMs: chance.pick([null, 12]), code: chance.pick([null, 'server_busy']), message: null, diagnosis: chance.pick([null, concluded('server_busy')]),
    }
  }

  private remote(): BoundRemote {
    const id = this.chance.pick(REMOTES)
    return { id, uuid: uuidOf(id), ownerId: this.chance.pick(OWNERS), isInEscrow: id % 2 === 0, observation: this.observation() }
  }

  private observation(): ObservationPatch {
    const { chance } = this
    const readAt = new Date(this.now() - chance.pick([0, 0, 5_000]))
    return {
      observation: {
        name: 'web', hostname: null, ownerId: 5, state: 'complete', commissionStatus: 3, buildFailed: false, built: null, created: '2026-01-05T07:00:00Z', suspended: null, protected: null, deleteLevel: null,
        isBusy: false, hypervisor: null, hypervisorGroup: null, isInMaintenance: null, liveState: null,
      },
      observedAt: readAt, vanishedAt: null, ...(chance.hits(0.5) ? { power: 'running' as const, powerObservedAt: readAt, ipv4: ['192.0.2.7'], memoryMb: 1024 } : {}),
      ...(chance.hits(0.3) ? { suspendedAt: new Date(this.now()), suspensionReason: 'unpaid', suspendedById: null } : {}),
    }
  }
}

const uuidOf = (id: number) => `00000000-0000-7000-8000-00000000000${id}`

function isClaimed(value: unknown): value is { lease: Lease, standing: Standing } {
  return typeof value === 'object' && value !== null && 'lease' in value
}
