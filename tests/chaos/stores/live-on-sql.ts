import os from 'node:os'
import type { Report } from '../simulation/main.ts'
import { livePool, type PoolOptions } from '../simulation/pool.ts'
import { openDatabases } from './open-databases.ts'

/** A life on PostgreSQL takes much longer than one in memory: two orders are enough of it. */
const ORDERS = 2

/** Lives with the store on a real PostgreSQL, a database for each process, and how long they took without what comes before and after. */
export async function liveOnSql(options: Pick<PoolOptions, 'from' | 'count' | 'seconds' | 'stopAtFirst' | 'mutant'>): Promise<Report & { seconds: number }> {
  const databases = await openDatabases(os.availableParallelism())
  try {
    const startedAt = performance.now()
    const report = await livePool({ ...options, orders: ORDERS, databases: databases.urls })
    return { ...report, seconds: (performance.now() - startedAt) / 1000 }
  }
  finally {
    await databases.close()
  }
}
