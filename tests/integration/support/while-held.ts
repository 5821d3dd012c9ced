import { waitFor } from '../engine/support.ts'
import type { TestServices } from './services.ts'

interface Holding {
  /** What another transaction does first. */
  first: string
  /** What it does once the work waits for it; then it is stored. */
  then?: string
}

/** Begins `work` while another transaction holds what it needs. Resolves to what the work gives, or its error. */
export async function whileHeld(services: TestServices, { first, then = '' }: Holding, work: () => Promise<unknown>): Promise<unknown> {
  const holder = await services.database.pool.connect()
  try {
    await holder.query(`begin; ${first}`)
    const answer = work().catch((error: unknown) => error)
    // Asked from outside: within a transaction, PostgreSQL tells the same activity again and again.
    await waitFor('the work at the lock', async () => {
      const { rows } = await services.database.pool.query('select from pg_stat_activity where datname = current_database() and wait_event_type = \'Lock\'')
      return { value: rows[0] ?? null, seen: `${rows.length} waiting` }
    })
    await holder.query(`${then}; commit`)
    return await answer
  }
  finally {
    holder.release(true)
  }
}
