import type { z } from 'zod'
import { DriftFieldSchema, type DriftFindingSchema } from '#shared/schemas/drift.ts'
import { readDriftValue } from '../../engine/sweep/store-servers.ts'
import type { LoadedFinding } from './load-findings.ts'

export function serializeFinding(finding: LoadedFinding, names: ReadonlyMap<string, string>): z.input<typeof DriftFindingSchema> {
  return {
    id: finding.id,
    server: finding.server,
    field: DriftFieldSchema.parse(finding.field),
    planValue: readDriftValue(finding.planValue),
    ourValue: readDriftValue(finding.ourValue),
    panelValue: readDriftValue(finding.panelValue),
    state: finding.state,
    firstSeenAt: finding.firstSeenAt.toISOString(),
    lastSeenAt: finding.lastSeenAt.toISOString(),
    reason: finding.reason,
    decidedBy: names.get(finding.decidedById ?? '') ?? null,
    decidedAt: finding.decidedAt?.toISOString() ?? null,
  }
}
