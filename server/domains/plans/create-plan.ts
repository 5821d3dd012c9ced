import type { CreatePlan, Plan } from '#shared/schemas/plans.ts'
import type { Call } from '../../context.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { refuseTakenName, requireSharedOwner } from './rules.ts'
import { PLAN_SELECT, serializePlan } from './serialize-plan.ts'

/** @throws AppError invalid_input when the name is taken, or when the owner is a customer's own user */
export async function createPlan(call: Call, { name, description, isActive, features }: CreatePlan): Promise<Plan> {
  const row = await call.db.$transaction(async (tx) => {
    await requireSharedOwner(tx, features)
    const made = await tx.plan.create({
      data: { name, description, isActive, features: features as Prisma.InputJsonObject },
      select: PLAN_SELECT,
    })
    await recordAudit(tx, call, {
      action: 'plan.created',
      entity: 'plan',
      entityId: made.id,
      entityName: made.name,
      after: { name, description, isActive, features },
    })
    return made
  }).catch(refuseTakenName)

  return serializePlan(row)
}
