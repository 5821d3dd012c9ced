import type pg from 'pg'

/** The advisory lock that Prisma's own schema engine takes: `prisma migrate deploy` and we wait for each other. */
export const MIGRATION_LOCK = 72_707_369

/**
 * Migrations that the database has, or is being given at this moment. Where nobody migrates, one that has not finished was interrupted, and PostgreSQL
 * took it back: then the lock is free. It is tried only where such a row stands, and given back at the end of the transaction.
 */
export const STANDING_MIGRATIONS = `"_prisma_migrations" where rolled_back_at is null and (finished_at is not null or not pg_try_advisory_xact_lock_shared(${MIGRATION_LOCK}))`

/** The newest of them. By their bytes, as `newestOf` compares: the order of the database's language may be another one. */
export const NEWEST_MIGRATION = `(select max(migration_name collate "C") from ${STANDING_MIGRATIONS})`

/** The one that a process is built with; undefined where it brings none. */
export function newestOf(names: readonly string[]): string | undefined {
  return [...names].sort((a, b) => (a < b ? -1 : 1)).at(-1)
}

/** How a process that is built with `newestMigration` stands to its database: written by a newer Berth, by an older one, or by its own. */
export type SchemaFit = 'fits' | 'newer' | 'older'

export function judgeSchema(built: string | undefined, found: string | null): SchemaFit {
  if (built === undefined || built === found) return 'fits'
  return found !== null && found > built ? 'newer' : 'older'
}

export async function readNewestMigration(pool: pg.Pool): Promise<string | null> {
  return (await pool.query<{ newest: string | null }>(`select ${NEWEST_MIGRATION} as newest`)).rows[0]?.newest ?? null
}
