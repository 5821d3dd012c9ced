import { randomUUID } from 'node:crypto'
import type { Call, CurrentUser, Services } from '../../../server/context.ts'
import { openDatabase } from '../../../server/db/open-database.ts'
import { newestOf } from '../../../server/db/schema-version.ts'
import { createPanel } from '../../../server/domains/settings/create-panel.ts'
import { readEnv, type Env } from '../../../server/env.ts'
import { startLiveEvents } from '../../../server/live-events.ts'
import { createLog } from '../../../server/log.ts'
import { createVault } from '../../../server/vault.ts'
import { borrowDatabase, type Loan } from './databases.ts'
import { migrationNames } from './migrate.ts'

export interface TestServices extends Services {
  url: string
  close(): Promise<void>
}

/** Real services on a database of their own. `env` overrides single variables, e.g. the simulator's address. */
export async function createTestServices(env: Partial<Record<keyof Env, string>> = {}): Promise<TestServices> {
  const { database, giveBack } = env.DATABASE_URL === undefined ? await borrowDatabase() : openAnother(env.DATABASE_URL)
  const { url } = database
  const settings = readEnv({ APP_SECRET: 'a secret that only the tests know, of enough length', DATABASE_URL: url, LOG_LEVEL: 'silent', NODE_ENV: 'test', ...env })
  const log = createLog({ level: 'silent', format: 'json' })
  const vault = createVault(settings.APP_SECRET ?? '')
  const events = startLiveEvents(url, log)
  const panel = createPanel({ env: settings, db: database.prisma, vault, log })
  const stop = new AbortController()
  // There may be nothing at an address that a test names.
  if (env.DATABASE_URL === undefined) await events.listening
  return {
    env: settings, database, db: database.prisma, log, vault, events, panel, now: () => new Date(), newestMigration: newestOf(migrationNames()), stopping: stop.signal, url,
    async close() {
      stop.abort()
      await events.stop()
      await panel.close()
      await giveBack()
    },
  }
}

/** What a second process has: its own connections to a database that a test uses already. */
function openAnother(url: string): Loan {
  const database = openDatabase(url, { onError: () => {} })
  return { database, giveBack: () => database.close() }
}

/** A call by `user`, as a route would make it. */
export function callAs(services: Services, user: Omit<CurrentUser, 'sessionId'>): Call {
  return { ...services, user: { ...user, sessionId: randomUUID() }, requestId: randomUUID(), ipAddress: '127.0.0.1' }
}
