import { isDeepStrictEqual } from 'node:util'
import type { Resolution } from '../../../server/engine/create/resolution.ts'
import { LeaseLostError, SafeModeError, type AttemptEnding, type AttemptFacts, type Claim, type Holds, type KeptUser, type Lease, type MadeCall, type Move, type NewAttempt, type OwnerHolder, type RemoteName, type Standing } from '../../../server/engine/ports.ts'
import type { Subject } from '../../../server/engine/run.ts'
import type { Write } from '../../../server/engine/writes.ts'
import type { Operation } from '../../../server/generated/prisma/client.ts'
import { ConstraintError, MemoryDatabase, type AskedPatch } from '../simulation/memory-database.ts'
import type { Request, SqlBridge, StepReply, Surroundings } from './bridge.ts'
import { describeDifference } from './differences.ts'
import type { Single } from './random-steps.ts'
import { readMemoryRows } from './rows-of-memory.ts'
import { toPlain } from './rows-of-sql.ts'
import type { Scheduled } from './sql-database.ts'
import { answerOf, type Answer, type VerbCall } from './verbs.ts'

/**
 * PostgreSQL in the place of the tables in memory: what the engine hears is PostgreSQL's word. The tables in memory go along, so that the
 * checks can look into them after each event; wherever the two differ, it is written down.
 */
export class MirroredDatabase extends MemoryDatabase {
  /** PostgreSQL's side gives a new row a number of its own. */
  override readonly drawsIds = false
  private readonly differences: string[] = []
  private readonly bridge: SqlBridge
  private readonly put = new Map<string, Scheduled>()
  private isInside = false
  private readonly surroundings = new Map<string, string>()

  constructor(now: () => number, bridge: SqlBridge) {
    super(() => Math.floor(now())) // PostgreSQL's rows know whole milliseconds
    this.bridge = bridge
    this.personId = bridge.personId
    bridge.ask({ type: 'clear', at: now() })
  }

  /** What comes after a difference says nothing more. */
  override hasDiverged(): boolean {
    return this.differences.length > 0
  }

  /** What PostgreSQL holds at the end is what the checks have looked at. */
  override compareRows(): string[] {
    if (this.hasDiverged()) return this.differences
    const left = this.bridge.ask({ type: 'scheduled' })
    if (left.length > 0) return [`PostgreSQL has put more in line: ${left.map(({ id }) => id).join(', ')}`]
    // The simulation's own sweep writes orphans into the tables in memory only.
    const known = ({ orphans: _, notices: __, ...rows }: ReturnType<typeof readMemoryRows>) => rows
    const [sql, memory] = [known(this.bridge.ask({ type: 'rows' })), known(readMemoryRows(this))]
    return isDeepStrictEqual(sql, memory) ? [] : [`the rows differ:\n${describeDifference(sql, memory)}`]
  }

  override claim(id: string): Claim { return this.call({ verb: 'claim', args: [id] }, () => super.claim(id)) }
  override renew(lease: Lease): void { return this.call({ verb: 'renew', args: [lease] }, () => super.renew(lease)) }
  override handOver(lease: Lease): void { return this.call({ verb: 'handOver', args: [lease] }, () => super.handOver(lease)) }
  override write(move: Move): Standing { return this.call({ verb: 'write', args: [move] }, () => super.write(move)) }
  override writeFacts(seen: Operation, facts: readonly Write[]): void {
    return this.call({ verb: 'writeFacts', args: [seen, this.server(seen.serverId), facts] }, () => super.writeFacts(seen, facts))
  }

  override beginAttempt(attempt: NewAttempt, lease: Lease | null): void { return this.call({ verb: 'beginAttempt', args: [attempt, lease] }, () => super.beginAttempt(attempt, lease)) }
  override completeAttempt(id: string, ending: AttemptEnding): void { return this.call({ verb: 'completeAttempt', args: [id, ending] }, () => super.completeAttempt(id, ending)) }
  override completeLostAttempts(id: string, action?: string): number { return this.call({ verb: 'completeLostAttempts', args: [id, action] }, () => super.completeLostAttempts(id, action)) }
  override findLastAttempt(id: string, action?: string): AttemptFacts | null { return this.call({ verb: 'findLastAttempt', args: [id, action] }, () => super.findLastAttempt(id, action)) }
  override takeOwner(lease: Lease, ownerId: number): OwnerHolder | null { return this.call({ verb: 'takeOwner', args: [lease, ownerId] }, () => super.takeOwner(lease, ownerId)) }
  override findBound(remotes: readonly RemoteName[], except: string): Holds {
    const names = remotes.map(({ id, uuid }) => ({ id, uuid }))
    return this.call({ verb: 'findBound', args: [names, except] }, () => super.findBound(names, except))
  }

  override keepPanelUser(id: string, userId: number): KeptUser { return this.call({ verb: 'keepPanelUser', args: [id, userId] }, () => super.keepPanelUser(id, userId)) }
  override isGivenAgain(userId: number, relation: string): boolean { return this.call({ verb: 'isGivenAgain', args: [userId, relation] }, () => super.isGivenAgain(userId, relation)) }
  override findPanelUser(id: string): number | null { return this.call({ verb: 'findPanelUser', args: [id] }, () => super.findPanelUser(id)) }
  override hasSiblingMakingUser(id: string, customerId: string): boolean { return this.call({ verb: 'hasSiblingMakingUser', args: [id, customerId] }, () => super.hasSiblingMakingUser(id, customerId)) }
  override recordCall(call: MadeCall): void { return this.call({ verb: 'recordCall', args: [call] }, () => super.recordCall(call)) }
  override believeAbsence(serverId: string, at: Date): boolean { return this.call({ verb: 'believeAbsence', args: [serverId, at] }, () => super.believeAbsence(serverId, at)) }
  override findRival(serverId: string, id: string): string | null { return this.call({ verb: 'findRival', args: [serverId, id] }, () => super.findRival(serverId, id)) }
  override mayProbe(): boolean { return this.call({ verb: 'mayProbe', args: [] }, () => super.mayProbe()) }
  override spendHarm(operation: Pick<Operation, 'id' | 'serverId' | 'kind'>): 'pass' | 'hold' { return this.call({ verb: 'spendHarm', args: [operation] }, () => super.spendHarm(operation)) }

  override schedule(id: string, at: number): void {
    if (!this.isInside) return this.call({ verb: 'schedule', args: [id, new Date(at)] }, () => this.schedule(id, at))
    this.put.set(id, { id, at })
    return super.schedule(id, at)
  }

  override insertServer(server: Subject): void { return this.both({ type: 'server', server }, () => super.insertServer(server)) }
  override patchServer(id: string, patch: AskedPatch): void { return this.both({ type: 'patch-server', id, patch }, () => super.patchServer(id, patch)) }
  override insertOperation(operation: Operation): void { return this.both({ type: 'ask', operation: { ...operation } }, () => super.insertOperation(operation)) }
  override change(seen: Operation, resolution: Resolution): void { return this.both({ type: 'decide', seen: { ...seen }, resolution }, () => super.change(seen, resolution)) }
  override forgetPanelUsers(proven: readonly number[]): void { return this.both({ type: 'forget-users', proven: [...proven] }, () => super.forgetPanelUsers(proven)) }
  override confirmHarm(now: number): void { return this.both({ type: 'confirm-harm' }, () => super.confirmHarm(now)) }
  override callOffHarm(now: number): void { return this.both({ type: 'call-off-harm' }, () => super.callOffHarm(now)) }

  /** Finds what has no job in the simulation's own queue. */
  override reconcile(): void { this.inside(() => super.reconcile()) }

  private call<T>(call: VerbCall, onMemory: () => T): T {
    return this.both({ type: 'call', call }, onMemory)
  }

  /** Both in turn, at the same moment; what a verb does by other verbs is its own affair. The tables in memory first: then it is known whether there is a job to look for. */
  private both<T>(step: Single, onMemory: () => T): T {
    if (this.isInside || this.hasDiverged()) return onMemory()
    const at = this.time()
    const surroundings = this.changedSurroundings()
    this.put.clear()
    const looks = this.looks.length
    const expected = this.inside(() => answerOf(onMemory))
    for (const look of this.looks.slice(looks)) this.put.set(`${look.serverId}:${look.at}`, { id: `observe:${look.serverId}:${look.at - at}`, at: look.at })
    const reply = this.askPostgres({ type: 'step', at, step, surroundings, takesScheduled: this.put.size > 0 })
    if (!reply) return resolve<T>(expected)
    const { answer, scheduled } = reply
    const [seen, wanted] = [toPlain({ answer, scheduled: sorted(scheduled) }), toPlain({ answer: expected, scheduled: sorted([...this.put.values()]) })]
    if (!isDeepStrictEqual(seen, wanted)) this.differences.push(`${step.type === 'call' ? step.call.verb : step.type}:\n${describeDifference(seen, wanted)}`)
    return resolve<T>(answer)
  }

  /** Null when it is the simulation that is broken. */
  private askPostgres(request: Extract<Request, { type: 'step' }>): StepReply | null {
    try {
      return this.bridge.ask(request)
    }
    catch (error) {
      this.differences.push(String(error))
      return null
    }
  }

  private inside<T>(run: () => T): T {
    const was = this.isInside
    this.isInside = true
    try {
      return run()
    }
    finally {
      this.isInside = was
    }
  }

  /** What the simulation sets by hand, as far as it is another than before. */
  private changedSurroundings(): Partial<Surroundings> {
    const { settings, safety, safeModeSince, safeModeLeftAt, pause } = this
    const entries = Object.entries({ settings, safety, safeModeSince, safeModeLeftAt, pause }).map(([key, value]) => [key, JSON.stringify(value)] as const)
    const changed = entries.filter(([key, text]) => this.surroundings.get(key) !== text)
    for (const [key, text] of changed) this.surroundings.set(key, text)
    return Object.fromEntries(changed.map(([key, text]) => [key, JSON.parse(text) as unknown]))
  }
}

const sorted = (jobs: Scheduled[]) => jobs.sort((a, b) => (a.id < b.id ? -1 : 1))

function resolve<T>(answer: Answer): T {
  if ('value' in answer) return answer.value as T
  switch (answer.error) {
    case 'LeaseLostError': throw new LeaseLostError(answer.error)
    case 'SafeModeError': throw new SafeModeError(answer.error)
    case 'constraint': throw new ConstraintError(answer.error)
    default: throw new Error(answer.error)
  }
}
