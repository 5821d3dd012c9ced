import { SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import type { Db } from '../../context.ts'
import { wakeOperation } from '../../engine/wake-operation.ts'

/** Lets everything that waits look again at once. A deletion that waits for its due time keeps waiting: the panel is not its reason. */
export async function wakeWaitingOperations(tx: Db): Promise<void> {
  const waiting = await tx.operation.findMany({
    where: { state: 'waiting', step: { not: SCHEDULED_STEP } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  })
  for (const { id } of waiting) await wakeOperation(tx, id)
}
