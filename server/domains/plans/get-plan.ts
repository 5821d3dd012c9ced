import type { Plan } from '#shared/schemas/plans.ts'
import type { Call } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { PLAN_SELECT, serializePlan } from './serialize-plan.ts'

/** @throws AppError not_found */
export async function getPlan({ db }: Call, id: string): Promise<Plan> {
  const row = await db.plan.findUnique({ where: { id }, select: PLAN_SELECT })
  if (row === null) throw notFound()
  return serializePlan(row)
}
