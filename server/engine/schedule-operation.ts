import type { Db } from '../context.ts'
import { enqueue } from './queue.ts'

/** One pending job per operation: a later call replaces an earlier one. `at` is the moment to go on; now when absent. */
export async function scheduleOperation(db: Db, operationId: string, at?: Date | null): Promise<void> {
  await enqueue(db, 'operation.advance', { operationId }, { key: jobKey(operationId), ...(at ? { runAt: at } : {}) })
}

export const jobKey = (operationId: string) => `operation:${operationId}`
