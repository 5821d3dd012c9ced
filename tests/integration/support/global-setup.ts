import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts'
import { applyMigrations, type Migration } from '../../../server/db/migrate.ts'
import { prepareQueue } from '../../../server/engine/queue.ts'

declare module 'vitest' {
  export interface ProvidedContext { templateUrl: string }
}

/** One real PostgreSQL a run with a migrated template; each test file clones its own database from it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'berth-test-'))
  const postgres = await startEmbeddedPostgres(dir, { database: 'template', isDurable: false, settings: { max_connections: 200 } })
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await applyMigrations(client, readMigrationFiles())
  await client.end()
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 })
  await prepareQueue(pool)
  await pool.end()
  project.provide('templateUrl', postgres.url)
  return async () => {
    await postgres.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

function readMigrationFiles(): Migration[] {
  return readdirSync('prisma/migrations').filter((name) => /^\d{14}_/.test(name))
    .map((name) => ({ name, sql: readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8') }))
}
