import type { Db } from '../context.ts'
import { scheduleOperation } from './schedule-operation.ts'

/** Lets an operation that waits go on at once, or at `at`. One that works or is over is left alone. */
export async function wakeOperation(tx: Db, operationId: string, at?: Date): Promise<void> {
  const { count } = await tx.operation.updateMany({ where: { id: operationId, state: { in: ['queued', 'waiting'] } }, data: { nextAttemptAt: at ?? null } })
  if (count > 0) await scheduleOperation(tx, operationId, at)
}
