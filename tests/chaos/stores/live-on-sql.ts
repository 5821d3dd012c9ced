import os from 'node:os'
import { livePool, type PoolOptions } from '../simulation/pool.ts'
import { openDatabases } from './open-databases.ts'

/** A life on PostgreSQL takes some hundred times as long as one in memory: two orders are enough of it. */
const ORDERS = 2

/** Lives with the store on a real PostgreSQL, a database for each process; resolves to what came of them, in words. */
export async function liveOnSql(options: Pick<PoolOptions, 'from' | 'count' | 'seconds'>): Promise<{ isGood: boolean, lines: string[] }> {
  const databases = await openDatabases(os.availableParallelism())
  const startedAt = performance.now()
  const { schedules, orders, active, asked, events, coverage, failures } = await livePool({ ...options, mode: 'direct', orders: ORDERS, databases: databases.urls })
  const seconds = (performance.now() - startedAt) / 1000
  await databases.close()
  const faults = coverage.reduce((sum, [, hits]) => sum + hits, 0)
  return {
    isGood: failures.length === 0,
    lines: [
      `${schedules} lives on PostgreSQL from seed ${options.from}: ${orders} orders, ${active} with their server, ${asked} put before a person, ${faults} faults, ${events} events in ${seconds.toFixed(0)} s (${(schedules / seconds).toFixed(1)} a second)`,
      ...failures.slice(0, 20).flatMap(({ seed, violations }) => violations.map(({ rule, detail }) => `seed ${seed}: ${rule}: ${detail}`)),
    ],
  }
}
