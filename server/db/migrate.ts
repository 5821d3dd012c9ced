import { createHash, randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { MIGRATION_LOCK } from './schema-version.ts'

/** One folder of prisma/migrations: its name and the text of its migration.sql, whose statements all run in one transaction. */
export interface Migration { name: string, sql: string }

/** A migration that did not go through. The message names it, with the database's words and what to do; the database's error is the cause. */
export class MigrationError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'MigrationError'
  }
}

/**
 * Applies what is missing, as `prisma migrate deploy` does (same table, checksums and lock), so that either can follow the other.
 * Two processes that start together are safe: one applies, the other waits and finds nothing to do. A migration that failed or was
 * interrupted left nothing behind, and is tried again.
 * @returns the names of the migrations applied now
 * @throws MigrationError when one fails now
 */
export async function applyMigrations(client: Client, migrations: Migration[], warn: (message: string) => void = () => {}): Promise<string[]> {
  const applied: string[] = []
  await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
  try {
    await client.query(`CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
      "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ,
      "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" TIMESTAMPTZ,
      "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`)
    // Whoever began these held the lock that is ours now: they are gone, and PostgreSQL took back what they had done. Of whatever version they were.
    const { rows: interrupted } = await client.query<{ name: string }>(
      'update "_prisma_migrations" set rolled_back_at = now() where finished_at is null and rolled_back_at is null returning migration_name as name')
    for (const { name } of interrupted) warn(`The migration ${name} was interrupted earlier and taken back.`)
    const { rows } = await client.query<{ name: string, checksum: string }>(
      'select migration_name as name, checksum from "_prisma_migrations" where rolled_back_at is null')
    const known = new Map(rows.map((row) => [row.name, row.checksum]))

    for (const migration of [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const checksum = createHash('sha256').update(migration.sql).digest('hex')
      const before = known.get(migration.name)
      if (before === undefined) {
        await apply(client, migration, checksum)
        applied.push(migration.name)
      }
      else if (before !== checksum) warn(`The migration ${migration.name} was changed after it was applied.`)
    }
  }
  finally {
    // Without its connection the lock is free already, and what failed before is what is to be told.
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {})
  }
  return applied
}

/** The migration and the note that it is done are one transaction: without the note nothing was done. */
async function apply(client: Client, { name, sql }: Migration, checksum: string): Promise<void> {
  const id = randomUUID()
  try {
    // Committed at once: from here on processes of older versions take no work.
    await client.query('insert into "_prisma_migrations" (id, checksum, migration_name, started_at) values ($1, $2, $3, now())', [id, checksum, name])
    await client.query('begin')
    await client.query(sql)
    await client.query('update "_prisma_migrations" set finished_at = clock_timestamp(), applied_steps_count = 1 where id = $1', [id])
    await client.query('commit')
  }
  catch (error) {
    const isTakenBack = await takeBack(client, id, error).then(() => true, () => false)
    throw new MigrationError(isTakenBack
      ? `The migration ${name} failed, and nothing of it stays. PostgreSQL says: ${wordsOf(error)}. ${isThereAlready(error) ? `What it makes is there already: if it was applied by other means, say so with "npx prisma migrate resolve --applied ${name}", and drop nothing.` : 'Mend what it names and start Berth again: it goes on with this migration.'}`
      : `The connection to the database was lost within the migration ${name} (${wordsOf(error)}). PostgreSQL keeps all of it or nothing. Start Berth again: it looks, and goes on.`, error)
  }
}

async function takeBack(client: Client, id: string, error: unknown): Promise<void> {
  await client.query('rollback')
  await client.query('update "_prisma_migrations" set rolled_back_at = now(), logs = $2 where id = $1', [id, error instanceof Error ? error.stack : String(error)])
}

/** A table, a column or another object of this name: PostgreSQL's `duplicate_*`. */
const isThereAlready = (error: unknown) => error instanceof Error && 'code' in error && ['42P07', '42701', '42710'].includes(String(error.code))

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'detail' in error && typeof error.detail === 'string' ? `${error.message} (${error.detail.replace(/\.$/, '')})` : error.message
}
