import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { Services } from '../../server/context.ts'
import { startEmbeddedPostgres } from '../../server/db/embedded-postgres.ts'
import { applyMigrations } from '../../server/db/migrate.ts'
import { openDatabase } from '../../server/db/open-database.ts'
import { createPanel } from '../../server/domains/settings/create-panel.ts'
import { prepareQueue } from '../../server/engine/queue.ts'
import { readEnv } from '../../server/env.ts'
import { startLiveEvents } from '../../server/live-events.ts'
import { createLog } from '../../server/log.ts'
import { createVault } from '../../server/vault.ts'

/** An embedded PostgreSQL in a folder that is removed afterwards, with all migrations. */
export async function openBenchDatabase(): Promise<{ url: string, close(): Promise<void> }> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'berth-bench-'))
  const postgres = await startEmbeddedPostgres(dir, { database: 'bench', isDurable: false })
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await applyMigrations(client, readdirSync('prisma/migrations').filter((name) => /^\d{14}_/.test(name)).map((name) => ({ name, sql: readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8') })))
  await client.end()
  return {
    url: postgres.url,
    async close() {
      await postgres.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** What a process of Berth holds, on this database and this panel. */
export async function openServices(url: string, panelAt: { url: string, token: string }): Promise<{ services: Services, close(): Promise<void> }> {
  const env = readEnv({ APP_SECRET: 'a secret that only the bench knows, of enough length', DATABASE_URL: url, LOG_LEVEL: 'silent', NODE_ENV: 'test', VIRTFUSION_API_URL: panelAt.url, VIRTFUSION_API_TOKEN: panelAt.token })
  const log = createLog({ level: 'silent', format: 'json' })
  const vault = createVault(env.APP_SECRET ?? '')
  const database = openDatabase(url, { max: env.WORKER_CONCURRENCY + 10, onError: () => {} })
  await prepareQueue(database.pool)
  const events = startLiveEvents(url, log)
  const panel = createPanel({ env, db: database.prisma, vault, log })
  const services = { env, database, db: database.prisma, log, vault, events, panel, now: () => new Date(), stopping: new AbortController().signal }
  return {
    services,
    async close() {
      await events.stop()
      await panel.close()
      await database.close()
    },
  }
}
