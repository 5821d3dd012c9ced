import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts'
import { migrate } from './migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    templateUrl: string
    /** Where processes that tests start keep what was compiled once. */
    compileCache: string
  }
}

/** No database lives long enough to be worth a vacuum, and each new one would bring its turns closer together. */
const SETTINGS = { max_connections: 200, autovacuum: 'off', wal_level: 'minimal', max_wal_senders: 0 }

/** One real PostgreSQL a run with a migrated template; each test file clones its own database from it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'berth-test-'))
  const postgres = await startEmbeddedPostgres(dir, { database: 'template', isDurable: false, settings: SETTINGS })
  await easePassword(postgres.url)
  await migrate(postgres.url)
  project.provide('templateUrl', postgres.url)
  project.provide('compileCache', path.join(dir, 'compiled'))
  return async () => {
    await postgres.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Each test opens more than ten connections: proving the password with thousands of rounds costs more than what most of them ask. */
async function easePassword(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('set scram_iterations = 1')
  await client.query(`alter role ${client.escapeIdentifier(client.user ?? '')} password ${client.escapeLiteral(client.password ?? '')}`)
  await client.end()
}
