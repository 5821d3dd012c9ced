import { DATED_STEPS } from '#shared/lifecycle/operations.ts'
import type { Db } from '../../context.ts'
import { wakeOperation } from '../../engine/wake-operation.ts'

/** Lets everything that waits look again at once. A deletion that waits for its due time keeps waiting, here or at the panel: what was changed is not its reason. */
export async function wakeWaitingOperations(tx: Db): Promise<void> {
  const waiting = await tx.operation.findMany({
    where: { state: 'waiting', step: { notIn: [...DATED_STEPS] } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  })
  for (const { id } of waiting) await wakeOperation(tx, id)
}
