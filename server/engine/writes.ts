import type { PushedSize } from '#shared/lifecycle/drift.ts'
import type { Lifecycle } from '#shared/lifecycle/servers.ts'
import type { AuditFields } from '../domains/audit/rules.ts'
import type { NotificationLevel } from '../generated/prisma/enums.ts'
import type { DiagnosisParams } from '../virtfusion/diagnosis/types.ts'
import type { ObservationPatch } from './observation.ts'
import type { AttemptEnding, MadeCall, NewAttempt } from './ports.ts'

/** Columns of a server that steps may set. */
export interface ServerPatch extends Partial<Record<PushedSize, number>> {
  lifecycle?: Lifecycle
  virtfusionOwnerId?: number
  desiredSuspended?: boolean
  name?: string
  operatingSystemId?: number | null
  operatingSystemName?: string | null
  observedAt?: null
  deletionDueAt?: Date | null
  deletionRequestedAt?: Date | null
  deletedAt?: Date
  power?: 'unknown'
  vanishedAt?: null
  suspendedAt?: null
  suspensionReason?: null
  suspendedById?: null
}

/**
 * The remote server that a row is bound to from now on. One that stands in escrow belongs to a throw-away user, `ownerId`: whose it is, the
 * row says once it was handed over.
 */
export interface BoundRemote { id: number, uuid: string, ownerId: number, isInEscrow: boolean, observation: ObservationPatch }

export interface EngineNotice {
  to: 'admins' | { userId: string }
  level: NotificationLevel
  code: string
  params: DiagnosisParams
  link: string
  dedupeKey: string
}

/** What a step wants written, as data: so that a decision can be looked at, compared and replayed. A store applies the list in one transaction with the transition that it belongs to. */
export type Write =
  /** Sets columns of the operation's server; with `onlyIn` only while its lifecycle is one of them. */
  | { type: 'server', patch: ServerPatch, onlyIn?: readonly Lifecycle[] }
  | { type: 'attempt-begun', attempt: NewAttempt }
  /** A fact. Must be safe to repeat. */
  | { type: 'attempt-completed', id: string, ending: AttemptEnding }
  /** Attempts whose turn ended in the middle are unknown for good: of one action, else all that would have changed something. */
  | { type: 'attempts-lost', action?: string }
  /** A call that only read, whole: it needs no row before it leaves. */
  | { type: 'call-made', call: MadeCall }
  /** What the panel told about the server, unless a read that began later is stored already. */
  | { type: 'seen', patch: ObservationPatch }
  /** A fact: binds the row, unless it is bound to another remote server; then this one is an orphan and says so. */
  | { type: 'bound', remote: BoundRemote }
  /** The panel twice said that it has no such server. */
  | { type: 'vanished', since: Date }
  | { type: 'scheduled-deletion-cancelled' }
  /** The order is over, and its server is suspended, for the customer was switched off meanwhile. */
  | { type: 'suspend-for-disabled' }
  /** The server is read again after these times, in ms. */
  | { type: 'look-again', afterMs: readonly number[] }
  /** Waits for another order of this owner: the store calls it at once should that one be over already. */
  | { type: 'await-owner', ownerId: number }
  /** A throw-away user of this order stands at the panel. */
  | { type: 'escrow-made', relation: string, virtfusionUserId: number }
  /** It was deleted: nothing can be made for it any more. */
  | { type: 'escrow-gone', relation: string }
  | { type: 'audit', action: string, after: AuditFields }
  | { type: 'notice', notice: EngineNotice }
