import path from 'node:path'
import pg from 'pg'
import { readAppSecret } from './app-secret.ts'
import type { Services, Vault } from './context.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './db/embedded-postgres.ts'
import { MigrationError, applyMigrations, type Migration } from './db/migrate.ts'
import { openDatabase, type Database } from './db/open-database.ts'
import { newestOf } from './db/schema-version.ts'
import { createPanel } from './domains/settings/create-panel.ts'
import { ensureFirstAdmin } from './domains/setup/ensure-first-admin.ts'
import { checkDatabase } from './engine/identity/check-identity.ts'
import { prepareQueue } from './engine/queue.ts'
import { startWorker } from './engine/worker.ts'
import { readEnv, warningsOf, type Env } from './env.ts'
import { startLiveEvents } from './live-events.ts'
import { createLog, setRootLog, type Log } from './log.ts'
import { explainDatabaseFailure, explainFolderFailure } from './start-failures.ts'
import { createVault } from './vault.ts'

/** What runs in this process, and the way to end it in order. */
export interface App extends Services {
  /** Tells whoever listens to `stopping` that the process ends; from here on the worker takes no job. */
  beginStop(): void
  /** Ends the worker, the event listener, the pool and an embedded database, in this order. */
  close(): Promise<void>
  /** Ends the embedded database alone: what still works meanwhile is left as it is. */
  leave(): Promise<void>
}

let booting: Promise<App> | undefined

/** Starts Berth once per process; every later call gets the same promise. `loadMigrations` is needed by the first call only. */
export function boot(loadMigrations?: () => Promise<Migration[]>): Promise<App> {
  return (booting ??= start(loadMigrations ?? (async () => [])))
}

/** For tests that mount routes without the server: makes `boot()` answer with services of their own. */
export function adoptApp(app: App): void {
  booting = Promise.resolve(app)
}

async function start(loadMigrations: () => Promise<Migration[]>): Promise<App> {
  const startedAt = performance.now()
  const env = readEnv()
  const log = createLog({ level: env.LOG_LEVEL, format: env.LOG_FORMAT ?? (env.NODE_ENV === 'development' ? 'pretty' : 'json') })
  setRootLog(log)
  for (const warning of warningsOf(env)) log.warn(warning)
  const { vault, embedded } = await openDataFolder(env)
  if (embedded?.isAttached) {
    log.warn({ dataDir: env.DATA_DIR }, 'another Berth runs on this data folder: using its database, which ends with it; for several processes set DATABASE_URL')
  }
  const url = env.DATABASE_URL ?? embedded?.url
  if (!url) throw new Error('There is no database.')

  const migrations = await loadMigrations()
  const database = await prepareDatabase(url, migrations, env, log)
  const events = startLiveEvents(url, log)
  const panel = createPanel({ env, db: database.prisma, vault, log })
  const stop = new AbortController()
  const services: Services = { env, database, db: database.prisma, log, vault, events, panel, now: () => new Date(), newestMigration: newestOf(migrations.map(({ name }) => name)), stopping: stop.signal }
  await ensureFirstAdmin(services)
  await checkDatabase(services)
  const worker = env.WORKER === 'off' ? null : startWorker(services)
  log.info({ bootMs: Math.round(performance.now() - startedAt), worker: env.WORKER, database: embedded ? 'embedded' : 'external' }, 'started')

  let stopped: Promise<void> | undefined
  const stopWorker = () => {
    stop.abort()
    return (stopped ??= worker?.stop() ?? Promise.resolve())
  }

  return {
    ...services,
    beginStop() {
      stopWorker().catch(() => {}) // whoever closes hears of it
    },
    async close() {
      await stopWorker()
      await events.stop()
      await panel.close()
      await database.close()
      await embedded?.stop()
      log.info('stopped')
    },
    async leave() {
      await embedded?.stop()
    },
  }
}

/** What stands below DATA_DIR, as far as the environment does not name it elsewhere. @throws StartError */
async function openDataFolder(env: Env): Promise<{ vault: Vault, embedded: EmbeddedPostgres | null }> {
  try {
    const vault = createVault(readAppSecret(env))
    return { vault, embedded: env.DATABASE_URL ? null : await startEmbeddedPostgres(path.join(env.DATA_DIR, 'postgres')) }
  }
  catch (error) {
    throw explainFolderFailure(error, env) ?? error
  }
}

/** Opens the database with all tables, those of the queue included. @throws MigrationError, StartError */
async function prepareDatabase(url: string, migrations: Migration[], env: Env, log: Log): Promise<Database> {
  try {
    await migrate(url, migrations, (message) => log.info(message))
    const database = openDatabase(url, { max: env.WORKER_CONCURRENCY + 10, onError: (error) => log.warn({ err: error }, 'database connection lost') })
    await prepareQueue(database.pool)
    return database
  }
  catch (error) {
    throw error instanceof MigrationError ? error : explainDatabaseFailure(error, env)
  }
}

async function migrate(url: string, migrations: Migration[], inform: (message: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {}) // the query that failed says what happened
  await client.connect()
  try {
    for (const name of await applyMigrations(client, migrations, inform)) inform(`applied migration ${name}`)
  }
  finally {
    await client.end()
  }
}
