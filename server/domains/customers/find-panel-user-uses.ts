import type { Db } from '../../context.ts'

/** For whom a panel's user stands beside this customer: the plan that gives it all its servers, and whether it owns a server of somebody else. */
export async function findPanelUserUses(db: Db, { customerId, virtfusionUserId }: { customerId: string, virtfusionUserId: number }) {
  const [plan, server] = await Promise.all([
    db.plan.findFirst({ where: { features: { path: ['virtfusion_user_id'], equals: virtfusionUserId } }, select: { name: true } }),
    db.server.findFirst({ where: { virtfusionOwnerId: virtfusionUserId, customerId: { not: customerId }, lifecycle: { not: 'deleted' } }, select: { id: true } }),
  ])
  return { sharedByPlan: plan?.name ?? null, ownsServersOfOthers: server !== null }
}
