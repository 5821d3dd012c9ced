import { SIZE_FIELDS } from '#shared/lifecycle/drift.ts'
import type { Failure } from '../classify-failure.ts'
import { findMismatch } from '../find-mismatch.ts'
import { comparedUpdate, compareIdentity, compareServer, mergeFindings, type Comparison } from './compare-server.ts'
import type { BoundRef, ServerRecord, SweepContext } from './ports.ts'

export type ReadResult =
  /** Read and stored, or no longer ours to read. */
  | { type: 'stored' }
  /** The panel says that there is no such server: once is not enough. */
  | { type: 'absent', readAt: Date, record: ServerRecord }
  /** Another server answers under this number. */
  | { type: 'exchanged', readAt: Date, record: ServerRecord, comparison: Comparison }
  /** It can't be asked now, or not with this token. */
  | { type: 'failed', failure: Failure, isPanel?: boolean }

type Reader = Pick<SweepContext, 'store' | 'panel' | 'now'>

/**
 * Reads one server whole, compares it with our record and stores both. What is no matter of this one server alone (it is missing, or another
 * one answers) is handed back: whether to believe it depends on how many there are.
 */
export async function readServer({ store, panel, now }: Reader, { id, virtfusionServerId }: BoundRef): Promise<ReadResult> {
  const readAt = now()
  const answer = await panel.read(virtfusionServerId, id)
  // Loaded after the read: an operation that began meanwhile keeps the comparison from being believed.
  const record = await store.loadRecord(id)
  if (!record || record.virtfusionServerId !== virtfusionServerId) return { type: 'stored' }
  if (answer.type === 'failed' && answer.failure !== 'absent') {
    if (answer.failure === 'unavailable' && answer.isPanel !== true) await store.noteUnread(id, readAt)
    return answer
  }
  // On its way out: the deletion itself looks after it.
  if (record.lifecycle === 'deleting') return { type: 'stored' }
  if (answer.type === 'failed') return { type: 'absent', readAt, record }
  const { remote } = answer
  if (findMismatch(record, remote)) return { type: 'exchanged', readAt, record, comparison: compareIdentity(record, remote) }
  const comparison = await nameSizes(panel, record, compareServer(record, remote, readAt))
  await store.saveRead(record, { remote, readAt, comparedUpdate: comparedUpdate(comparison, remote, readAt), findings: mergeFindings(record.findings, comparison) })
  return { type: 'stored' }
}

/** Keeps that another server answers under our number. */
export async function saveExchange({ store }: Pick<Reader, 'store'>, { record, readAt, comparison }: Extract<ReadResult, { type: 'exchanged' }>): Promise<void> {
  await store.saveFindings(record, { readAt, findings: mergeFindings(record.findings, comparison) })
}

/** What the plan's package sells stands beside a difference in size. It is asked for only when there is one. */
async function nameSizes(panel: Reader['panel'], { packageId }: ServerRecord, comparison: Comparison): Promise<Comparison> {
  const isOpen = comparison.findings.some(({ field, planValue }) => planValue === null && isSize(field))
  const sizes = isOpen && packageId !== null ? await panel.readPackage(packageId) : null
  if (!sizes) return comparison
  return { ...comparison, findings: comparison.findings.map((finding) => (isSize(finding.field) ? { ...finding, planValue: finding.planValue ?? sizes[finding.field] } : finding)) }
}

const isSize = (field: string): field is (typeof SIZE_FIELDS)[number] => (SIZE_FIELDS as readonly string[]).includes(field)
