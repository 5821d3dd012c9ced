import type { VirtFusionServerRow } from '../../virtfusion/schemas/servers.ts'
import type { BoundRow, OpenCreate, OrphanSighting, SuspensionPolicy } from './ports.ts'

/** Within this time a create of the same owner may still find its server by itself, and a deletion may still stand in an older page. */
const SETTLING_MS = 15 * 60_000

export interface PageVerdict {
  /** Ids of our rows that the list shows as the last whole read did. */
  agree: string[]
  /** The list shows something else, or something that was never dealt with. */
  differ: BoundRow[]
  /** Among those that agree: something that the list does not show may have changed. */
  moved: BoundRow[]
  /** Bound to no row of ours. */
  unknown: VirtFusionServerRow[]
}

interface Page { remotes: readonly VirtFusionServerRow[], ours: readonly BoundRow[], readAt: Date, policy: SuspensionPolicy }

/** Sorts one page of the panel's list by what our rows say. Pure. */
export function comparePage({ remotes, ours, readAt, policy }: Page): PageVerdict {
  const standing = ours.filter((row) => row.lifecycle !== 'deleted')
  const byId = new Map(standing.map((row) => [row.virtfusionServerId, row]))
  const uuids = new Set(ours.filter((row) => row.lifecycle !== 'deleted' || isSettling(row.deletedAt, readAt)).map((row) => row.virtfusionUuid))
  const agree: string[] = []
  const differ: BoundRow[] = []
  const moved: BoundRow[] = []
  const unknown: VirtFusionServerRow[] = []
  for (const remote of remotes) {
    const row = byId.get(remote.id)
    // The uuid is the server; the number alone may have been given twice. A row that has no uuid yet has to be read to learn it.
    const isKnown = uuids.has(remote.uuid) || (row !== undefined && row.virtfusionUuid === null)
    if (!isKnown) unknown.push(remote)
    if (!row) continue
    if (differs(row, remote) || isLiftingUnsettled(row, remote, policy)) {
      differ.push(row)
      continue
    }
    agree.push(row.id)
    if (hasMoved(row, remote)) moved.push(row)
  }
  return { agree, differ, moved, unknown }
}

/** The list itself shows something else than the last read. */
function differs(row: BoundRow, remote: VirtFusionServerRow): boolean {
  return row.observedAt === null
    || row.isVanished
    || row.virtfusionUuid !== remote.uuid
    || (remote.ownerId !== null && row.virtfusionOwnerId !== null && remote.ownerId !== row.virtfusionOwnerId)
    || (remote.suspended !== null && remote.suspended !== row.isSuspended)
    || (row.observedName !== null && row.observedName !== remote.name)
}

/**
 * A suspension was lifted behind our back, and Berth has not done about it what the settings say: they were others when it was seen, or the
 * process died over it. Nothing changes at the panel any more that would have the server read. One that an admin has ignored is settled.
 */
function isLiftingUnsettled({ desiredSuspended, suspensionFinding, isBusy, lifecycle }: BoundRow, { suspended }: VirtFusionServerRow, policy: SuspensionPolicy): boolean {
  if (!desiredSuspended || suspended !== false || isBusy || lifecycle !== 'active') return false
  return policy === 'enforce' ? suspensionFinding !== 'ignored' : policy === 'report' && suspensionFinding === null
}

/** Sizes, for example. A panel that does not tell when a server changed is believed that it did not. */
function hasMoved(row: BoundRow, remote: VirtFusionServerRow): boolean {
  return row.comparedUpdate === null || (remote.updated !== null && remote.updated !== row.comparedUpdate)
}

const isSettling = (at: Date | null, now: Date) => at !== null && now.getTime() - at.getTime() < SETTLING_MS

/**
 * Whether a server of nobody is an orphan, and of which create; null while a create of its owner may still be finding it. What stood
 * there before that create, or is older than it by far, is no child of it. Pure.
 */
export function judgeUnknown(remote: VirtFusionServerRow, creates: readonly OpenCreate[], seenAt: Date): OrphanSighting | null {
  const parents = creates.filter((create) => create.ownerId === remote.ownerId && !create.baseline.includes(remote.id) && !isOlder(remote, create))
  if (parents.some((create) => create.isOpen && isSettling(create.startedAt, seenAt))) return null
  // Which of several it would be, nobody knows: none is named then.
  const [only, ...others] = parents
  return { remote, operationId: only && others.length === 0 ? only.operationId : null, seenAt }
}

/** By far, because two clocks are compared. */
function isOlder({ created }: VirtFusionServerRow, { startedAt }: OpenCreate): boolean {
  return created !== null && Date.parse(created) < startedAt.getTime() - SETTLING_MS
}
