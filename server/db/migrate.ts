import { createHash, randomUUID } from 'node:crypto'
import type { Client } from 'pg'

/** One folder of prisma/migrations: its name and the text of its migration.sql. */
export interface Migration { name: string, sql: string }

/** The advisory lock that Prisma's own schema engine takes: `prisma migrate deploy` and we wait for each other. */
const PRISMA_LOCK = 72_707_369

/**
 * Applies what is missing, as `prisma migrate deploy` does (same table, checksums and lock), so that either can follow the other.
 * Two processes that start together are safe: one applies, the other waits and finds nothing to do.
 * @returns the names of the migrations applied now
 * @throws Error when an earlier migration failed half-way, or one fails now
 */
export async function applyMigrations(client: Client, migrations: Migration[], warn: (message: string) => void = () => {}): Promise<string[]> {
  const applied: string[] = []
  await client.query('select pg_advisory_lock($1)', [PRISMA_LOCK])
  try {
    await client.query(`CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
      "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ,
      "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" TIMESTAMPTZ,
      "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`)
    const { rows } = await client.query<{ migration_name: string, checksum: string, finished_at: Date | null }>(
      'select migration_name, checksum, finished_at from "_prisma_migrations" where rolled_back_at is null')
    const failed = rows.find((row) => !row.finished_at)
    if (failed) throw new Error(`The migration ${failed.migration_name} failed earlier. Repair the database, then run: npx prisma migrate resolve`)
    const known = new Map(rows.map((row) => [row.migration_name, row.checksum]))

    for (const { name, sql } of [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const checksum = createHash('sha256').update(sql).digest('hex')
      const before = known.get(name)
      if (before !== undefined) {
        if (before !== checksum) warn(`The migration ${name} was changed after it was applied.`)
        continue
      }
      const id = randomUUID()
      await client.query('insert into "_prisma_migrations" (id, checksum, migration_name, started_at) values ($1, $2, $3, now())', [id, checksum, name])
      try {
        await client.query(sql) // without parameters: all statements of the file run in one transaction
      }
      catch (error) {
        await client.query('update "_prisma_migrations" set logs = $2 where id = $1', [id, error instanceof Error ? error.stack : String(error)])
        throw error
      }
      await client.query('update "_prisma_migrations" set finished_at = now(), applied_steps_count = 1 where id = $1', [id])
      applied.push(name)
    }
  }
  finally {
    await client.query('select pg_advisory_unlock($1)', [PRISMA_LOCK])
  }
  return applied
}
