import { FeaturesSchema } from '#shared/schemas/features.ts'
import type { Plan } from '#shared/schemas/plans.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { describeCheck } from './describe-check.ts'

/** What a plan is shown from. Deleted servers don't count: nothing of theirs is at the panel. */
export const PLAN_SELECT = {
  id: true,
  name: true,
  description: true,
  isActive: true,
  isSample: true,
  features: true,
  lastCheck: true,
  createdAt: true,
  updatedAt: true,
  _count: { select: { servers: { where: { lifecycle: { not: 'deleted' } } } } },
} as const satisfies Prisma.PlanSelect

export type PlanRow = Prisma.PlanGetPayload<{ select: typeof PLAN_SELECT }>

export function serializePlan(row: PlanRow): Plan {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    isActive: row.isActive,
    isSample: row.isSample,
    features: FeaturesSchema.parse(row.features),
    serverCount: row._count.servers,
    lastCheck: row.lastCheck === null ? null : describeCheck(row.lastCheck),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
