import type { Call } from '../../context.ts'
import { isStillReferenced } from '../../db/database-errors.ts'
import { notFound } from '../../errors.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { planInHistory, planInUse } from './rules.ts'

/** Removes a plan that no server was ever made from. @throws AppError not_found, conflict (`plan_in_use`, `plan_in_history`) */
export async function deletePlan(call: Call, id: string): Promise<void> {
  await call.db.$transaction(async (tx) => {
    const plan = await tx.plan.findUnique({ where: { id }, select: { name: true, description: true, isActive: true, features: true } })
    if (plan === null) throw notFound()
    const servers = await tx.server.groupBy({ by: ['lifecycle'], where: { planId: id }, _count: true })
    const deletedCount = servers.find(({ lifecycle }) => lifecycle === 'deleted')?._count ?? 0
    const usedCount = servers.reduce((sum, { _count }) => sum + _count, 0) - deletedCount
    if (usedCount > 0) throw planInUse(usedCount, plan)
    if (deletedCount > 0) throw planInHistory(deletedCount, plan)

    await tx.plan.delete({ where: { id }, select: { id: true } }).catch((error: unknown) => {
      // A server was ordered between the count and this line: the database holds on to its plan.
      throw isStillReferenced(error) ? planInUse(1, plan) : error
    })
    await recordAudit(tx, call, { action: 'plan.deleted', entity: 'plan', entityId: id, entityName: plan.name, before: plan })
  })
}
