import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts'
import { migrate } from '../../integration/support/migrate.ts'

/** A PostgreSQL in a folder that is removed afterwards, with so many migrated databases. */
export async function openDatabases(count: number): Promise<{ urls: string[], close(): Promise<void> }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'berth-lives-'))
  const postgres = await startEmbeddedPostgres(folder, { database: 'template', isDurable: false })
  await migrate(postgres.url)
  const client = new pg.Client({ connectionString: postgres.url.replace(/\/template$/, '/postgres') })
  await client.connect()
  const urls: string[] = []
  for (let number = 1; number <= count; number++) {
    await client.query(`create database lives_${number} template template`)
    urls.push(postgres.url.replace(/\/template$/, `/lives_${number}`))
  }
  await client.end()
  return {
    urls,
    async close() {
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
