import { isDeepStrictEqual } from 'node:util'
import type { Plan, UpdatePlan } from '#shared/schemas/plans.ts'
import type { Call } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { refuseTakenName } from './rules.ts'
import { PLAN_SELECT, serializePlan } from './serialize-plan.ts'

/**
 * Changes what is given and leaves the rest; `features` is replaced whole. Servers that exist keep what they were made with.
 * Other features make the last check worthless, so it is dropped. @throws AppError not_found, invalid_input when the name is taken
 */
export async function updatePlan(call: Call, id: string, changes: UpdatePlan): Promise<Plan> {
  const row = await call.db.$transaction(async (tx) => {
    const before = await tx.plan.findUnique({ where: { id }, select: { name: true, description: true, isActive: true, features: true } })
    if (before === null) throw notFound()

    const { features, ...others } = changes
    const hasOtherFeatures = features !== undefined && !isDeepStrictEqual(features, before.features)
    const after = await tx.plan.update({
      where: { id },
      data: {
        ...others,
        ...(hasOtherFeatures ? { features: features as Prisma.InputJsonObject, lastCheck: Prisma.DbNull, lastCheckedAt: null } : {}),
      },
      select: PLAN_SELECT,
    })
    const { name, description, isActive } = after
    await recordAudit(tx, call, {
      action: 'plan.updated',
      entity: 'plan',
      entityId: id,
      entityName: name,
      before,
      after: { name, description, isActive, features: after.features },
    })
    return after
  }).catch(refuseTakenName)

  return serializePlan(row)
}
