import type { Operation } from '../generated/prisma/client.ts'
import type { CreateSettings } from '#shared/schemas/engine-settings.ts'
import type { VirtFusionClient } from '../virtfusion/client.ts'
import type { DiagnosisRecord } from '../virtfusion/diagnosis/types.ts'
import type { Exchange, JsonValue } from '../virtfusion/types.ts'
import type { Log } from '../log.ts'
import type { PanelAnswer } from './call-panel.ts'
import type { Transition } from './decide-transition.ts'
import type { Subject } from './run.ts'
import type { Write } from './writes.ts'

/**
 * Everything that the engine gets from outside. Inside of it there is no clock, no chance, no database and no network: so the same code
 * runs in production, and millions of times in virtual time with every one of these failing.
 */
export interface Engine {
  clock: EngineClock
  random: EngineRandom
  store: Store
  /** Null while no panel is set. */
  client(): Promise<EngineClient | null>
  health: HealthPort
  log: Pick<Log, 'debug' | 'info' | 'warn' | 'error'>
  /** How long a change with unknown effect is looked for before a person is asked, in ms. */
  settleMs: number
  /** Aborted when the process is asked to stop. */
  stopping: Pick<AbortSignal, 'aborted'>
}

/** Time of this process, for durations only. What time it is, the store says: the clocks of two machines differ, and a wall clock jumps. */
export interface EngineClock {
  /** Milliseconds that only grow. */
  monotonicMs(): number
  sleep(ms: number): Promise<void>
  /** Runs something again and again, until the function that it returns is called. */
  every(ms: number, run: () => void): () => void
}

export interface EngineRandom {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A new UUIDv7. */
  uuid(): string
}

/** The part of the panel's client that the engine uses. */
export type EngineClient = Pick<VirtFusionClient, 'servers' | 'users' | 'queue' | 'packages' | 'templates'>

/** Keeps what answers show about the panel as a whole. */
export interface HealthPort {
  note(answer: PanelAnswer<unknown>, operation: string | null, exchange: Exchange | null): Promise<void>
}

/** The right to work on one operation. Every write names the token, so that whoever lost the right changes nothing. */
export interface Lease { operationId: string, token: bigint }

/** What a step begins with: the rows as they stand, and what stands before all work. */
export interface Standing { operation: Operation, server: Subject, gate: Gate }

export type Claim =
  /** `now` is the store's time: the only one that is compared with stored times. */
  | { type: 'claimed', lease: Lease, claims: number, now: Date, standing: Standing }
  /** Another worker holds it, or it is not due yet: come back then. */
  | { type: 'later', at: Date }
  /** There is nothing left to do. */
  | { type: 'over' }

/** The lease has run out or went to another worker meanwhile, or a person decided: this worker writes nothing more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

/** The turn stood still between writing an attempt down and sending it: by now somebody else may be at work, so it was not sent. */
export class TooLateError extends Error {
  override readonly name = 'TooLateError'
}

/** Berth is in safe mode: nothing that changes the panel is written down, so nothing is sent. */
export class SafeModeError extends Error {
  override readonly name = 'SafeModeError'
}

/** An attempt before it is sent. */
export interface NewAttempt {
  id: string
  operationId: string | null
  serverId: string | null
  action: string
  attempt: number
  method: string
  path: string
  requestBody: JsonValue | null
  requestId: string | null
}

/** How an attempt ended. */
export interface AttemptEnding {
  outcome: 'ok' | 'rejected' | 'unreachable' | 'unknown'
  effect: 'none' | 'done' | 'unknown'
  httpStatus: number | null
  responseBody: JsonValue | null
  durationMs: number | null
  code: string | null
  message: string | null
  diagnosis: DiagnosisRecord | null
}

/** A call that changed nothing, after it ended; it began so many milliseconds ago. */
export interface MadeCall { attempt: NewAttempt, ending: AttemptEnding, beganMsAgo: number }

export interface AttemptFacts { id: string, isCompleted: boolean, effect: 'none' | 'done' | 'unknown' }

/** What stands before all work. */
export interface Gate {
  /** Why nothing is changed at the panel at the moment; null while changes may be sent. */
  safeMode: DiagnosisRecord | null
  /** Since when, and for what reason, the token is refused. */
  pause: { diagnosis: DiagnosisRecord | null } | null
  /** When a person last left safe mode; empty while nobody has. What was sent in another epoch may have met a panel that was put back since. */
  epoch: string
}

export interface OwnerHolder { operationId: string, reference: string, state: Operation['state'] }

/** One transition with everything that stands or falls with it. */
export interface Move {
  lease: Lease
  before: Operation
  server: Subject
  transition: Transition
  writes: readonly Write[]
  /** The step gives the owner at the panel free for the next order. */
  freesOwner: boolean
  /** True unless a defect of ours ended the step: only then claims go on counting. */
  isOrderly: boolean
}

/** A server at the panel. Its number may be given again once it is gone, its uuid never. */
export interface RemoteName { id: number, uuid: string }

/** Numbers of remote servers. A panel that comes back from a backup gives numbers out again, so a number alone proves nothing. */
export interface Holds {
  /** A row of ours stands for that very server, or stood for it: one that we deleted is back when its panel is from a backup. */
  bound: Set<number>
  /** A row of ours has the number, for another server that is gone: this one is nobody's, and nobody can have it as long as that row stands. */
  held: Set<number>
}

/** `recent`: that number was a throw-away user's or another customer's, for whom a request may still arrive: an order of his is open, or he lost it within two hours. `taken`: another customer has it. */
export type KeptUser = 'kept' | 'recent' | 'taken'

/**
 * The database as the engine sees it: a few verbs, each atomic. The one in `postgres/` is used in production; the simulation has one in
 * memory, and a test holds both to the same behaviour.
 */
export interface Store {
  claim(operationId: string): Promise<Claim>
  /** Does nothing for a lease that is lost or has run out. */
  renew(lease: Lease): Promise<void>
  /** Gives the lease back and puts the operation in line, for whoever is free. */
  handOver(lease: Lease): Promise<void>
  /** Puts a job in line; one pending job per operation. */
  schedule(operationId: string, at: Date): Promise<void>
  /** @throws LeaseLostError when somebody else has the operation, or could have for an attempt that would change the panel, SafeModeError for such an attempt: then nothing of it stands */
  write(move: Move): Promise<Standing>
  /** Stores what the panel told for certain, whoever holds the operation by now, and lets whoever waits for a decision look again. */
  writeFacts(operation: Operation, server: Subject, facts: readonly Write[]): Promise<void>

  /** Before a call that changes something. @throws SafeModeError while Berth is in safe mode, LeaseLostError when a lease is given that is no longer held */
  beginAttempt(attempt: NewAttempt, lease: Lease | null): Promise<void>
  completeAttempt(id: string, ending: AttemptEnding): Promise<void>
  /** Keeps a call that only read and belongs to no turn; those of a turn are written with what followed from them. */
  recordCall(call: MadeCall): Promise<void>
  /** Completes the attempts of an operation whose turn ended in the middle, as unknown. GETs are no attempts to change anything. Resolves to how many there were. */
  completeLostAttempts(operationId: string, action?: string): Promise<number>
  /** The newest call of this name that an operation made or was about to make; without a name, the newest that would have changed something. */
  findLastAttempt(operationId: string, action?: string): Promise<AttemptFacts | null>

  /** Takes the owner at the panel for one create; null when it is ours now, else who has it. @throws LeaseLostError */
  takeOwner(lease: Lease, ownerId: number): Promise<OwnerHolder | null>
  /** Which of these remote servers other rows of ours stand for, and whose number only is held. */
  findBound(remotes: readonly RemoteName[], exceptServerId: string): Promise<Holds>
  /** Keeps a customer's user at the panel, unless one is known. */
  keepPanelUser(customerId: string, virtfusionUserId: number): Promise<KeptUser>
  /** Whether the panel has given a number out again: Berth knew somebody else by it, a customer or a throw-away user of another name. */
  isGivenAgain(virtfusionUserId: number, relation: string): Promise<boolean>
  findPanelUser(customerId: string): Promise<number | null>
  /** Whether another order of this customer has made, or is making, a user at the panel just now. */
  hasSiblingMakingUser(operationId: string, customerId: string): Promise<boolean>

  /** Keeps that the panel does not know a server of ours. False while that is not believed: too many are missing within an hour, and Berth only reads from then on. */
  believeAbsence(serverId: string, at: Date): Promise<boolean>
  /** Another operation that holds the server. */
  findRival(serverId: string, operationId: string): Promise<string | null>

  /** True once per half minute: this operation may try whether the token works again. */
  mayProbe(): Promise<boolean>
  /** Lets a suspension, deletion or rebuild through, or says that the breaker on mass harm holds it. */
  spendHarm(operation: Pick<Operation, 'id' | 'serverId' | 'kind'>): Promise<'pass' | 'hold'>
  createSettings(): Promise<CreateSettings>
  /** What tells the users that this installation makes at the panel from those of another one. */
  installationName(): Promise<string>
}
