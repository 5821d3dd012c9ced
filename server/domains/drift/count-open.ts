import type { DriftCounts } from '#shared/schemas/drift.ts'
import type { Db } from '../../context.ts'
import { SHOWN_FIELDS } from './load-findings.ts'

/** What waits for an admin: differences and orphans that are open, and servers of ours that are no longer at the panel. */
export async function countOpen(db: Db): Promise<DriftCounts> {
  const [differences, orphans, vanished] = await Promise.all([
    db.driftFinding.count({ where: { state: 'open', ...SHOWN_FIELDS } }),
    db.orphan.count({ where: { state: 'open' } }),
    db.server.count({ where: { vanishedAt: { not: null }, lifecycle: { not: 'deleted' } } }),
  ])
  return { differences, orphans, vanished }
}
