import { isDeepStrictEqual } from 'node:util'
import { FeaturesSchema } from '#shared/schemas/features.ts'
import type { Plan, UpdatePlan } from '#shared/schemas/plans.ts'
import type { Call, Db } from '../../context.ts'
import { notFound } from '../../errors.ts'
import { Prisma } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { planChanged, refuseTakenName, requireSharedOwner } from './rules.ts'
import { PLAN_SELECT, serializePlan } from './serialize-plan.ts'

/**
 * Changes what is given and leaves the rest; `features` is replaced whole. Servers that exist keep what they were made with.
 * Other features make the last check worthless, so it is dropped.
 * @throws AppError not_found, invalid_input when the name is taken or the new owner is a customer's own user, conflict (`plan_changed`)
 */
export async function updatePlan(call: Call, id: string, { features, updatedAt: shownAt, ...others }: UpdatePlan): Promise<Plan> {
  const row = await call.db.$transaction(async (tx) => {
    const { updatedAt, ...before } = await lockPlan(tx, id)
    const wanted = { ...before, ...others, ...(features ? { features } : {}) }
    // Already so is no conflict: the answer to the same change may have been lost.
    if (shownAt !== undefined && Date.parse(shownAt) !== updatedAt.getTime() && !isDeepStrictEqual(wanted, before)) throw planChanged()
    if (features && features.virtfusion_user_id !== FeaturesSchema.safeParse(before.features).data?.virtfusion_user_id) await requireSharedOwner(tx, features)

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

/** Two who save at the same moment take turns, and the second one is told. @throws AppError not_found */
async function lockPlan(tx: Db, id: string) {
  await tx.$queryRaw`select id from plans where id = ${id}::uuid for no key update`
  const row = await tx.plan.findUnique({ where: { id }, select: { name: true, description: true, isActive: true, features: true, updatedAt: true } })
  if (row === null) throw notFound()
  return row
}
