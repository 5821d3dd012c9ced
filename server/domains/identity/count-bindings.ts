import { ACTIVE_STATES } from '#shared/lifecycle/operations.ts'
import type { Db } from '../../context.ts'

/** What of ours points to the panel. */
export interface Bindings { servers: number, customers: number, operations: number }

export async function countBindings(db: Db): Promise<Bindings> {
  const [servers, customers, operations] = await Promise.all([
    db.server.count({ where: { virtfusionServerId: { not: null }, lifecycle: { not: 'deleted' } } }),
    db.user.count({ where: { virtfusionUserId: { not: null } } }),
    db.operation.count({ where: { state: { in: ACTIVE_STATES } } }),
  ])
  return { servers, customers, operations }
}

/** With nothing bound, another panel can be done no harm, and gets no alarm. */
export const isBound = ({ servers, customers, operations }: Bindings) => servers + customers + operations > 0
