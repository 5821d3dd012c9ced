import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { findDatabaseTrouble } from '../../../server/db/database-trouble.ts'
import { openDatabase } from '../../../server/db/open-database.ts'
import { createTestServices } from '../support/services.ts'

/** One connection, so that it is known which one is used. */
async function openNarrow() {
  const services = await createTestServices()
  const database = openDatabase(services.url, { max: 1, onError: () => {} })
  onTestFinished(async () => {
    await database.close()
    await services.close()
  })
  return { ...database, services }
}

describe('a connection that PostgreSQL ends', () => {
  it.each(['a query on a model', 'raw SQL', 'a transaction'])('is known for an outage within %s, and the next query has a new one', async (what) => {
    const { prisma, services } = await openNarrow()
    /** Ends the connection while its query waits for a lock, as a restart of PostgreSQL does. */
    const failure = await services.db.$transaction(async (tx) => {
      await tx.$executeRaw`lock table users in access exclusive mode`
      const query = what === 'a query on a model' ? prisma.user.count() : what === 'raw SQL' ? prisma.$queryRaw`select count(*)::int from users` : prisma.$transaction((inner) => inner.user.count())
      const failed = Promise.resolve(query).catch((error: unknown) => error)
      await expect.poll(() => services.db.$queryRaw`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).toHaveLength(1)
      return failed
    }, { timeout: 60_000 })
    expect(failure).toBeInstanceOf(Error)
    expect(findDatabaseTrouble(failure), String(failure)).toBe('away')
    expect(await prisma.user.count()).toBe(0)
  })
})

it('a transaction waits for a free connection as long as a query does, so a busy moment fails neither', async () => {
  const { prisma, pool } = await openNarrow()
  await prisma.$transaction((tx) => tx.user.count())
  const taken = await pool.connect()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const count = prisma.$transaction((tx) => tx.user.count())
    count.catch(() => {})
    await vi.advanceTimersByTimeAsync(9_000)
    taken.release()
    vi.useRealTimers()
    expect(await count).toBe(0)
  }
  finally {
    vi.useRealTimers()
  }
})
