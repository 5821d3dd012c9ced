import type { DriftField, DriftValue, FindingState, SizeField } from '#shared/lifecycle/drift.ts'
import type { SafetySettings } from '#shared/schemas/engine-settings.ts'
import type { Lifecycle } from '#shared/lifecycle/servers.ts'
import type { VirtFusionServer, VirtFusionServerRow } from '../../virtfusion/schemas/servers.ts'
import type { Failure } from '../classify-failure.ts'

/** A row of ours that points to a remote server, as far as a page of the panel's list can be compared with it. */
export interface BoundRow {
  id: string
  lifecycle: Lifecycle
  virtfusionServerId: number
  virtfusionUuid: string | null
  virtfusionOwnerId: number | null
  /** Suspension as last read. */
  isSuspended: boolean
  /** Suspension as wanted. */
  desiredSuspended: boolean
  /** What became of a difference between the two; null when none was found. */
  suspensionFinding: KnownFinding['state'] | null
  /** An operation holds the server. */
  isBusy: boolean
  isVanished: boolean
  deletedAt: Date | null
  observedAt: Date | null
  /** Name as last read; null when none was. */
  observedName: string | null
  /** The panel's own time of change up to which a whole read was compared with our record; null: it has to be read. */
  comparedUpdate: string | null
  /** When a whole read of it came to nothing and none has come since; null when the last one came. */
  unreadAt: string | null
}

/** A row of ours with the number of its server at the panel. */
export type BoundRef = Pick<BoundRow, 'id' | 'virtfusionServerId'>

/** Sizes as our record, the plan or the panel has them; null is not known. */
export type Sizes = Record<SizeField, number | null>

/** Everything of ours that a whole read of one server is compared with. */
export interface ServerRecord extends Sizes {
  id: string
  lifecycle: Lifecycle
  name: string
  virtfusionServerId: number
  virtfusionUuid: string | null
  virtfusionOwnerId: number | null
  desiredSuspended: boolean
  /** Admins want to hear of a suspension that was lifted behind our back. */
  reportsLifting: boolean
  /** What the plan sells now, in this order's own sizes where it named some; null where only the panel's package tells. */
  plan: Sizes
  packageId: number | null
  /** Sizes that the order itself named. */
  ordered: Sizes
  /** An operation holds the server. */
  isBusy: boolean
  /** The last moment at which an operation of this server moved; null when it never had one. */
  lastChangeAt: Date | null
  /** Known to be not at the panel. */
  isVanished: boolean
  /** First of the 404s that were not confirmed yet. */
  absentSince: Date | null
  findings: KnownFinding[]
}

/** A finding that stands open or ignored. */
export interface KnownFinding {
  id: string
  field: DriftField
  state: Extract<FindingState, 'open' | 'ignored'>
  panelValue: DriftValue
}

export interface Finding {
  field: DriftField
  planValue: DriftValue
  ourValue: DriftValue
  panelValue: DriftValue
}

/** What one comparison changes about the findings of a server. */
export interface FindingChanges {
  add: Finding[]
  /** Seen again; `reopens` when it had been ignored for another value. */
  keep: (Finding & { id: string, reopens: boolean })[]
  /** Ids of differences that went away. */
  end: string[]
}

/** A create of an owner at the panel that may still bring a server into being, or may have. */
export interface OpenCreate {
  operationId: string
  ownerId: number
  /** Ids that the owner had before it was sent; empty when nobody could list. */
  baseline: readonly number[]
  startedAt: Date
  /** Some worker or person is still at it. */
  isOpen: boolean
}

/** A remote server that is bound to no row of ours. */
export interface OrphanSighting {
  remote: VirtFusionServerRow
  operationId: string | null
  seenAt: Date
}

export interface UnseenOrphan { id: string, virtfusionServerId: number, virtfusionUuid: string }

export type SuspensionPolicy = SafetySettings['suspensionPolicy']

/** Why everything is held: more servers are missing or exchanged at once than chance explains. */
export interface MassVanish { missing: number, exchanged: number, allowed: number, fleet: number }

/** All that the sweep asks of a database. One select and one update per page, however many rows agree. */
export interface SweepStore {
  /** Rows by remote id or uuid; deleted ones among them, by uuid. */
  findBound(remotes: readonly VirtFusionServerRow[]): Promise<BoundRow[]>
  /** What is done about suspensions that were lifted behind our back. */
  readSuspensionPolicy(): Promise<SuspensionPolicy>
  /** These were seen as we know them at `at`; a newer observation stays. */
  noteSeen(serverIds: readonly string[], at: Date): Promise<void>
  findOpenCreates(): Promise<OpenCreate[]>
  /** How many rows point to a remote server that should be there. */
  countFleet(): Promise<number>
  /** Rows that nobody has seen since, oldest first, and last of all those whose last read came to nothing. */
  findUnseen(since: Date, limit: number): Promise<{ total: number, rows: BoundRef[] }>

  /** Null for a row that no longer points to a server which should be there. */
  loadRecord(serverId: string): Promise<ServerRecord | null>
  /** Stores the observation together with what it changed about the findings; `comparedUpdate` as in `BoundRow`. */
  saveRead(record: ServerRecord, read: { remote: VirtFusionServer, readAt: Date, comparedUpdate: string | null, findings: FindingChanges }): Promise<void>
  /** Stores findings alone: the read was of somebody else's server and tells nothing else about ours. */
  saveFindings(record: ServerRecord, read: { readAt: Date, findings: FindingChanges }): Promise<void>
  /** Keeps that a read of it came to nothing, so that others have their turn before it; the next read that comes forgets this. */
  noteUnread(serverId: string, at: Date): Promise<void>
  /** Keeps that the panel said that it has no such server; the next read that shows it forgets this. */
  noteAbsence(serverId: string, at: Date): Promise<void>

  /** Ghosts and absences noted since, and since a person last left safe mode, other than these. */
  countRecentAbsences(since: Date, except: readonly string[]): Promise<number>
  markVanished(absences: readonly { serverId: string, since: Date }[]): Promise<void>
  /** Berth only reads, because it is not sure that this is its panel. */
  isInDoubt(): Promise<boolean>
  freeze(cause: MassVanish): Promise<void>

  /** Stores sightings of servers that are still bound to no row at this moment, and knows again those that were listed before. */
  saveOrphans(sightings: readonly OrphanSighting[]): Promise<void>
  /** Ends the orphans that a row of ours points to by now, and those whose deletion is over. */
  closeBoundOrphans(): Promise<void>
  findUnseenOrphans(since: Date, limit: number): Promise<UnseenOrphan[]>
  noteOrphans(ids: readonly string[], at: Date, what: 'seen' | 'gone'): Promise<void>
  /** Tells the admins of differences and orphans that they were not told of yet, once, whoever found them. */
  announce(): Promise<void>
}

export type ListAnswer =
  | { type: 'page', items: VirtFusionServerRow[], lastPage: number, total: number }
  | { type: 'failed', failure: Failure }

/** `isPanel`: it is no matter of this one server, so asking for others is of no use now. */
export type ReadAnswer =
  | { type: 'read', remote: VirtFusionServer }
  | { type: 'failed', failure: Failure, isPanel?: boolean }

/** All that the sweep asks of the panel. */
export interface SweepPanel {
  list(page: number): Promise<ListAnswer>
  /** `serverId` is ours, for the attempt row; null for a server of nobody. */
  read(virtfusionServerId: number, serverId: string | null): Promise<ReadAnswer>
  /** Sizes of a package; null where the token may not read it. */
  readPackage(packageId: number): Promise<Sizes | null>
}

/** Time and pauses come from the caller, so that a simulation can run a whole day of sweeps in a moment. */
export interface SweepContext {
  store: SweepStore
  panel: SweepPanel
  now(): Date
  /** Resolves early when the process is to stop. */
  pause(ms: number): Promise<void>
  signal: AbortSignal
}
