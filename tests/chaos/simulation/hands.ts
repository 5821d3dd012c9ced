import { judgeCancel, judgeRetry, type OperationFacts } from '#shared/lifecycle/operations.ts'
import { judgeOffer, type ServerFacts } from '#shared/lifecycle/servers.ts'
import type { Resolution } from '../../../server/engine/create/resolution.ts'
import { formerWish, keepWish } from '../../../server/engine/former-wish.ts'
import { planRetry } from '../../../server/engine/plan-retry.ts'
import { memoryOf, SUSPENSION_ENFORCED, type Subject } from '../../../server/engine/run.ts'
import { mayEnforce } from '../../../server/engine/sweep/decide-enforcement.ts'
import type { Operation, Prisma } from '../../../server/generated/prisma/client.ts'
import type { MemoryDatabase } from './memory-database.ts'
import type { SimulatedPanel } from './panel.ts'
import { Chance } from './random.ts'
import { newOperation, wishBefore } from './rows.ts'
import type { VirtualTime } from './virtual-time.ts'

const MINUTE = 60_000
/** A sweep comes every quarter of an hour, and shortly after a suspension: as many looks find as much. */
const LOOK_MS = 5 * MINUTE
/** Chosen so that the known lives of `regressions.ts` stay without hands, and so as they are. */
const STREAM = 0x72be_5d74
const SHARE = 0.12

export interface Host {
  seed: number
  time: VirtualTime
  database: MemoryDatabase
  panel: SimulatedPanel
  /** By the database's clock. */
  now(): Date
  /** Whether all that begins now comes to its end within the life. */
  isOpen(): boolean
  factsOf(server: Subject): ServerFacts
  /** A person's decision; false where the operation moved on meanwhile. */
  write(seen: Operation, change: Resolution): boolean
  note(line: string): void
}

/**
 * In some lives staff suspend servers at the panel itself and lift suspensions there, Berth's among them; admins answer that here, call it off
 * again, and have tried again what failed. Berth looks, and mostly makes its own suspensions again. Drawn apart, so that all other lives stay as they are.
 */
export function putHandsOn(host: Host): void {
  const chance = new Chance(host.seed ^ STREAM)
  if (chance.hits(SHARE)) new Hands(host, chance).begin()
}

class Hands {
  private readonly host: Host
  private readonly chance: Chance
  private readonly tried = new Set<string>()
  private readonly enforces: boolean

  constructor(host: Host, chance: Chance) {
    this.host = host
    this.chance = chance
    this.enforces = chance.hits(0.8)
  }

  begin(): void {
    const { chance, host: { time } } = this
    for (let count = chance.between(2, 6); count > 0; count--) time.after(chance.between(5 * MINUTE, 50 * MINUTE), () => this.touch())
    this.repeat(LOOK_MS, () => this.look())
    this.repeat(7 * MINUTE, () => this.tryAgain())
  }

  private repeat(ms: number, run: () => void): void {
    this.host.time.after(ms, () => {
      if (!this.host.isOpen()) return
      run()
      this.repeat(ms, run)
    })
  }

  /** Staff suspends a server at the panel, or lifts a suspension; mostly it is put right there some time later. */
  private touch(): void {
    const { chance, host: { database, time } } = this
    const bound = [...database.servers.values()].filter(({ lifecycle, virtfusionServerId }) => lifecycle === 'active' && virtfusionServerId !== null)
    if (bound.length === 0) return
    const { id } = chance.pick(bound)
    this.turn(id)
    time.after(chance.between(MINUTE, 8 * MINUTE), () => this.answer(id))
    if (chance.hits(0.7)) time.after(chance.between(10 * MINUTE, 40 * MINUTE), () => this.turn(id))
  }

  private turn(serverId: string): void {
    const { panel, database, note } = this.host
    const server = database.server(serverId)
    const remote = this.remoteOf(server)
    if (!remote) return
    const kind = remote.suspended ? 'unsuspend' : 'suspend'
    const { status } = panel.deliver({ method: 'POST', path: `/servers/${remote.id}/${kind}`, body: undefined, requestId: null })
    note(`staff: ${kind} of ${server.reference} by hand: ${status}`)
  }

  /** An admin sees it and asks for the contrary, and has second thoughts in one case of three. */
  private answer(serverId: string): void {
    const { chance, host: { database, time } } = this
    this.see(database.server(serverId))
    const server = database.server(serverId)
    const kind = server.suspendedAt ? 'unsuspend' : 'suspend'
    const id = chance.uuid(time.now)
    const regret = chance.hits(0.35) ? chance.between(0, 20_000) : null
    const facts = this.host.factsOf(server)
    if (facts.operation || !judgeOffer(facts, kind).allowed) return
    this.ask(server, { id, kind, cause: 'asked' })
    if (regret !== null) time.after(regret, () => this.callOff(id))
  }

  private ask(server: Subject, { id, kind, cause }: { id: string, kind: 'suspend' | 'unsuspend', cause: string }): void {
    const { database, note, now } = this.host
    database.insertOperation({ ...newOperation({ id, serverId: server.id, kind, at: now(), memory: wishBefore(server, kind) }), cause })
    database.patchServer(server.id, { desiredSuspended: kind === 'suspend' })
    note(`${kind} ${id} for ${server.reference} (${cause})`)
  }

  private callOff(id: string): void {
    const { database, write } = this.host
    const operation = database.operation(id)
    if (operation.state === 'running' || !judgeCancel(this.rulesOf(operation)).allowed) return
    if (!write({ ...operation }, { state: 'cancelled', event: { code: 'cancelled_by_person' } })) return
    const desiredSuspended = formerWish(operation, database.server(operation.serverId))
    if (desiredSuspended !== null) database.patchServer(operation.serverId, { desiredSuspended })
  }

  /** What failed is tried again once, where the screens offer it. */
  private tryAgain(): void {
    const { database, write, now } = this.host
    for (const operation of [...database.operations.values()]) {
      if (operation.state !== 'failed' || this.tried.has(operation.id) || !this.chance.hits(0.5)) continue
      const server = database.server(operation.serverId)
      if (server.lifecycle === 'deleted' || this.host.factsOf(server).operation || !judgeRetry(this.rulesOf(operation)).allowed) continue
      this.tried.add(operation.id)
      const { kind } = operation
      const { step, memory } = planRetry({ kind, step: operation.step, memory: memoryOf(operation), isBound: server.virtfusionServerId !== null })
      const kept = { ...memory, ...keepWish(operation, server), retriedAt: now().toISOString() } as Prisma.InputJsonObject
      if (!write({ ...operation }, { state: 'queued', step, memory: kept, isFresh: true, event: { code: 'retried_by_person' } })) continue
      if (kind === 'create' && server.lifecycle === 'failed') database.patchServer(server.id, { lifecycle: 'provisioning' })
      if (kind === 'suspend' || kind === 'unsuspend') database.patchServer(server.id, { desiredSuspended: kind === 'suspend' })
    }
  }

  /** The sweep, as far as it looks at suspensions: it learns what the panel shows, and makes one again that was lifted behind Berth's back. */
  private look(): void {
    const { database, time, factsOf } = this.host
    if (database.safeModeSince !== null) return
    for (const server of [...database.servers.values()]) {
      const remote = this.see(server)
      if (!remote || !this.enforces || remote.suspended || !server.desiredSuspended || server.lifecycle !== 'active' || factsOf(server).operation) continue
      const last = [...database.operations.values()].findLast(({ kind, serverId }) => serverId === server.id && (kind === 'suspend' || kind === 'unsuspend')) ?? null
      const left = database.safeModeLeftAt === null ? null : new Date(database.safeModeLeftAt)
      if (mayEnforce(last, left)) this.ask(server, { id: this.chance.uuid(time.now), kind: 'suspend', cause: SUSPENSION_ENFORCED })
    }
  }

  /** What is seen is written down, unless an operation is at it, which reads for itself. */
  private see(server: Subject) {
    const { database, now, factsOf } = this.host
    const remote = this.remoteOf(server)
    if (remote && remote.suspended !== (server.suspendedAt !== null) && !factsOf(server).operation) {
      database.patchServer(server.id, { suspendedAt: remote.suspended ? now() : null, suspensionReason: null, suspendedById: null })
    }
    return remote
  }

  private remoteOf({ virtfusionUuid }: Subject) {
    const { panel } = this.host
    panel.advance()
    return [...panel.model.world.state.servers.values()].find(({ uuid }) => uuid === virtfusionUuid)
  }

  private rulesOf({ id, kind, state, step, serverId }: Operation): OperationFacts {
    const { database } = this.host
    const hasActed = database.listAttempts(id).some(({ method, action, completedAt, ending }) => method !== 'GET' && action !== 'users.create' && (completedAt === null || ending?.effect !== 'none'))
    return { kind, state, step, isBound: database.server(serverId).virtfusionServerId !== null, hasActed }
  }
}
