import type { z } from 'zod'
import type { PlanListSchema, PlanQuery } from '#shared/schemas/plans.ts'
import type { Call } from '../../context.ts'
import { PAGE_ORDER, pageWhere, toPage } from '../../db/cursor.ts'
import { containing } from '../../db/search.ts'
import { PLAN_SELECT, serializePlan } from './serialize-plan.ts'

/** Plans, newest first; `search` looks into the name. */
export async function listPlans({ db }: Call, { limit, cursor, search, isActive }: PlanQuery): Promise<z.input<typeof PlanListSchema>> {
  const rows = await db.plan.findMany({
    where: {
      AND: [
        pageWhere(cursor),
        search ? { name: containing(search) } : {},
        isActive === undefined ? {} : { isActive },
      ],
    },
    orderBy: PAGE_ORDER,
    take: limit + 1,
    select: PLAN_SELECT,
  })
  return toPage(rows, limit, serializePlan)
}
