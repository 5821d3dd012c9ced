import { SIZE_FIELDS, type DriftField } from '#shared/lifecycle/drift.ts'
import type { VirtFusionServer } from '../../virtfusion/schemas/servers.ts'
import { readFacts } from '../observation.ts'
import type { Finding, FindingChanges, KnownFinding, ServerRecord } from './ports.ts'

/** A change of ours needs a moment until the panel shows it everywhere. */
const QUIET_MS = 2 * 60_000
/** A suspension, and its lifting, is confirmed by its own operation, so what shows otherwise came after. It is looked at a minute after. */
const QUIET_AFTER_SUSPENSION_MS = 30_000
const SAME_MOMENT_MS = 2_000
/** The panel cuts longer names. */
const LONGEST_NAME = 63

export interface Comparison {
  /** False: nothing can be said yet, so what is known stays and the server is read again. */
  isComparable: boolean
  /** Fields that the panel told of. */
  compared: DriftField[]
  findings: Finding[]
}

const SILENT: Comparison = { isComparable: false, compared: [], findings: [] }

/**
 * What differs between the plan, our record and one whole read of the panel. Says nothing while an operation is under way, shortly after
 * one, and about a read that is older than our last change: none of these is anybody's mistake. A plan that was changed since is none
 * either: it shows beside a difference, it makes none. Pure.
 */
export function compareServer(record: ServerRecord, remote: VirtFusionServer, readAt: Date): Comparison {
  if (record.lifecycle !== 'active' && !record.isBusy) return { ...SILENT, isComparable: true }
  if (remote.tasks?.active === true || (remote.deleteLevel ?? 0) > 0) return SILENT
  if (!isQuiet(record, readAt, QUIET_MS)) return isQuiet(record, readAt, QUIET_AFTER_SUSPENSION_MS) ? { ...judge(suspensionOf(record, remote).filter(isDifferent)), isComparable: false } : SILENT
  const told = [...sizesOf(record, remote), ...nameOf(record, remote), ...suspensionOf(record, remote), ownerOf(record, remote), identityOf(record, remote)]
  return judge(told)
}

/** The remote server under our number is another one. Told even while operations run: it is what stops them. Pure. */
export function compareIdentity(record: ServerRecord, remote: Pick<VirtFusionServer, 'uuid' | 'ownerId'>): Comparison {
  const told = [identityOf(record, remote), ...(record.virtfusionUuid === remote.uuid ? [ownerOf(record, remote)] : [])]
  return judge(told)
}

function judge(told: readonly Finding[]): Comparison {
  const known = told.filter((finding) => finding.panelValue !== null)
  return { isComparable: true, compared: known.map(({ field }) => field), findings: known.filter(isDifferent) }
}

/**
 * Up to which change of the panel's a comparison holds; null: it has to be made again. The panel tells whole seconds, so a read of the same
 * moment as a change may have come before another one. Pure.
 */
export function comparedUpdate({ isComparable }: Comparison, { updated }: Pick<VirtFusionServer, 'updated'>, readAt: Date): string | null {
  if (!isComparable) return null
  if (updated === null) return readAt.toISOString()
  return Math.abs(readAt.getTime() - Date.parse(updated)) < SAME_MOMENT_MS ? null : updated
}

function isQuiet({ isBusy, lastChangeAt }: ServerRecord, readAt: Date, quietMs: number): boolean {
  if (isBusy) return false
  return lastChangeAt === null || readAt.getTime() - lastChangeAt.getTime() >= quietMs
}

/** What we do not know yet is learnt from the panel, and no difference. */
const isDifferent = ({ ourValue, panelValue }: Finding) => ourValue !== null && ourValue !== panelValue

function sizesOf({ plan, ordered, ...ours }: ServerRecord, remote: VirtFusionServer): Finding[] {
  const facts = readFacts(remote)
  return SIZE_FIELDS.map((field) => {
    const panelValue = facts[field] ?? null
    // An order that named a size wants it, even where the panel never gave it.
    const hasOther = ordered[field] !== null && ordered[field] !== panelValue && ours[field] === panelValue && !hasMoreDisks(field, remote)
    return { field, planValue: plan[field], ourValue: hasOther ? ordered[field] : ours[field], panelValue }
  })
}

/** The panel adds further disks to the size, an order names the first alone. */
const hasMoreDisks = (field: DriftField, remote: VirtFusionServer) => field === 'storageGb' && remote.storage.filter((disk) => disk.enabled !== false).length > 1

/** A server that the panel never gave a name has none to compare. */
function nameOf({ name }: ServerRecord, remote: VirtFusionServer): Finding[] {
  if (remote.name.trim() === '') return []
  const isCut = name.length > LONGEST_NAME && name.startsWith(remote.name)
  return [{ field: 'name', planValue: null, ourValue: isCut ? remote.name : name.trim(), panelValue: remote.name.trim() }]
}

function suspensionOf({ desiredSuspended, reportsLifting }: ServerRecord, { suspended }: VirtFusionServer): Finding[] {
  if (desiredSuspended && suspended === false && !reportsLifting) return []
  return [{ field: 'suspension', planValue: null, ourValue: desiredSuspended, panelValue: suspended }]
}

function ownerOf({ virtfusionOwnerId }: ServerRecord, { ownerId }: Pick<VirtFusionServer, 'ownerId'>): Finding {
  return { field: 'owner', planValue: null, ourValue: virtfusionOwnerId, panelValue: ownerId }
}

function identityOf({ virtfusionUuid }: ServerRecord, { uuid }: Pick<VirtFusionServer, 'uuid'>): Finding {
  return { field: 'identity', planValue: null, ourValue: virtfusionUuid, panelValue: uuid }
}

/**
 * What a comparison means for the findings that stand already. An ignored one stays ignored while the panel's value is the one that was
 * ignored. Fields that the panel did not tell of stay as they are. Pure.
 */
export function mergeFindings(known: readonly KnownFinding[], { compared, findings }: Pick<Comparison, 'compared' | 'findings'>): FindingChanges {
  const byField = new Map(known.map((finding) => [finding.field, finding]))
  const found = new Set(findings.map(({ field }) => field))
  const changes: FindingChanges = { add: [], keep: [], end: [] }
  for (const finding of findings) {
    const before = byField.get(finding.field)
    if (!before) changes.add.push(finding)
    else changes.keep.push({ ...finding, id: before.id, reopens: before.state === 'ignored' && before.panelValue !== finding.panelValue })
  }
  changes.end = known.filter(({ field }) => compared.includes(field) && !found.has(field)).map(({ id }) => id)
  return changes
}
