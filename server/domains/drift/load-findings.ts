import { DRIFT_FIELDS } from '#shared/lifecycle/drift.ts'
import type { Prisma } from '../../generated/prisma/client.ts'

/** A finding with all that the page shows of it. */
export const FINDING = {
  include: {
    server: { select: { id: true, reference: true, name: true, customer: { select: { id: true, name: true } }, plan: { select: { id: true, name: true } } } },
  },
} satisfies Prisma.DriftFindingDefaultArgs

export type LoadedFinding = Prisma.DriftFindingGetPayload<typeof FINDING>

/** Fields that this version can show; one of a newer Berth waits for it. What a server differed in that is deleted by now is nobody's business. */
export const SHOWN_FIELDS = { field: { in: [...DRIFT_FIELDS] }, server: { lifecycle: { not: 'deleted' } } } satisfies Prisma.DriftFindingWhereInput
