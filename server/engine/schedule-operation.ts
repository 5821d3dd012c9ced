import type { Db } from '../context.ts'
import type { Prisma } from '../generated/prisma/client.ts'
import { addJob } from './queue.ts'

/** One pending job per operation: a later call replaces an earlier one. `at` is the moment to go on; now when absent. */
export async function scheduleOperation(db: Db, operationId: string, at?: Date | null): Promise<void> {
  await db.$executeRaw`select ${jobFor(operationId, at)}`
}

/** The same as an expression, for statements that do more than that. */
export function jobFor(operationId: string, at?: Date | null): Prisma.Sql {
  return addJob('operation.advance', { operationId }, { key: jobKey(operationId), ...(at ? { runAt: at } : {}) })
}

export const jobKey = (operationId: string) => `operation:${operationId}`
