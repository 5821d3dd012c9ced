import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { applyMigrations } from '../../../server/db/migrate.ts'
import { prepareQueue } from '../../../server/engine/queue.ts'

export const migrationNames = () => readdirSync('prisma/migrations').filter((name) => /^\d{14}_/.test(name))

/** Gives an empty database all tables, those of the queue included. */
export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await applyMigrations(client, migrationNames().map((name) => ({ name, sql: readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8') })))
  await client.end()
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  await prepareQueue(pool)
  await pool.end()
}
