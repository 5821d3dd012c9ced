import type { SafeModeReport } from '#shared/schemas/identity.ts'
import type { Call, Db } from '../../context.ts'
import { classifyFailure } from '../../engine/classify-failure.ts'
import { AppError } from '../../errors.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { requirePanel } from '../panel/require-panel.ts'
import { compareServers, toReportGroups, type BoundRow } from './compare-servers.ts'
import { listRemote } from './list-remote.ts'

/** Compares every row that points to the panel with what the panel has. Reads only. @throws AppError panel_unavailable */
export async function reportDifferences(call: Call): Promise<SafeModeReport> {
  const answer = await listRemote(call, await requirePanel(call))
  const madeAt = call.now().toISOString()
  if (answer.ok) return { madeAt, failure: null, groups: toReportGroups(compareServers(await readBoundRows(call.db), answer.value)) }
  if (classifyFailure(answer.error) === 'forbidden') return { madeAt, failure: describeDiagnosis(answer.diagnosis), groups: [] }
  throw new AppError('panel_unavailable', 'The panel gave no complete list, so nothing was compared.', { diagnosis: answer.diagnosis })
}

export function readBoundRows(db: Db): Promise<BoundRow[]> {
  return db.server.findMany({
    where: { virtfusionServerId: { not: null } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true, reference: true, name: true, lifecycle: true, virtfusionServerId: true, virtfusionUuid: true, virtfusionOwnerId: true },
  })
}
