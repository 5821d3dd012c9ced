import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { openDatabase, type Database } from '../../../server/db/open-database.ts'

/** Nothing vacuums here, so what a database held before goes on taking room in it: by then a clone is cheaper. */
const MOST_USES = 25
/** What migrations leave behind, and no test of a whole database changes. */
const KEPT = ['public._prisma_migrations', 'graphile_worker.migrations']
/** The name of connections that stay open between tests. */
const STAYS_OPEN = 'stays-open'

interface Kept extends Database { uses: number }

/** Open databases of this process that nobody uses at the moment. */
const free: Kept[] = []

/** A database for one test, and how to give it back. */
export interface Loan {
  database: Database
  giveBack(): Promise<void>
}

/**
 * An empty database with all tables: one that a test has given back, else a clone of the migrated template. Its connections stay open from test to test,
 * because a new one costs more than what most tests ask: PostgreSQL reads its catalogue and plans every statement anew.
 */
export async function borrowDatabase(): Promise<Loan> {
  const kept = free.pop() ?? { ...openForGood(await cloneTemplate()), uses: 0 }
  // What Berth keeps in memory hangs on these two: to it, each test is a process of its own.
  const database = { ...kept, prisma: new Proxy(kept.prisma, {}), pool: new Proxy(kept.pool, {}) }
  return { database, giveBack: () => giveBack(kept) }
}

/** For the next test, if it is as new once its rows are gone. One with other tables, or that somebody still uses, is left to the end of the run. */
async function giveBack(kept: Kept): Promise<void> {
  kept.uses++
  if (kept.uses < MOST_USES && await isAsNew(kept)) free.push(kept)
  else await kept.close()
}

function openForGood(url: string): Database {
  const marked = new URL(url)
  marked.searchParams.set('application_name', STAYS_OPEN)
  return { ...openDatabase(marked.href, { onError: () => {} }), url }
}

async function isAsNew({ pool }: Kept): Promise<boolean> {
  const client = await pool.connect()
  try {
    if (await shapeOf(client) !== await templateShape()) return false
    if (!await isAlone(client)) return false
    const tables = await tablesOf(client)
    // Past the triggers that keep Berth itself from deleting.
    await client.query(`begin; set local session_replication_role = replica; ${tables.map((name) => `delete from ${name};`).join(' ')} commit`)
    return true
  }
  finally {
    client.release()
  }
}

/** A new database with all tables, which takes half a second of a processor. Resolves to its address. */
export async function cloneTemplate(): Promise<string> {
  const template = inject('templateUrl')
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await withClient(template.replace(/\/template$/, '/postgres'), async (client) => {
    for (let round = 0; ; round++) {
      try {
        await client.query(`create database "${name}" template template`)
        break
      }
      catch (error) {
        // Another process clones or looks at the template at this moment: PostgreSQL allows one at a time.
        if (!(error instanceof Error && 'code' in error && error.code === '55006') || round > 100) throw error
        await sleep(50)
      }
    }
  })
  return template.replace(/\/template$/, `/${name}`)
}

let template: Promise<string> | undefined

/** As the first clone of this process was when it was made: the template itself must have no connection while others clone it. */
const templateShape = (): Promise<string> => template ??= cloneTemplate().then((url) => withClient(url, shapeOf))

/** Changes with everything that a migration could change. A clone has the template's own rows of the catalogue. */
async function shapeOf(client: pg.ClientBase): Promise<string> {
  const parts = ['pg_class', 'pg_attribute', 'pg_constraint', 'pg_index', 'pg_proc', 'pg_trigger', ...KEPT]
    .map((table) => `(select count(*)::text || ':' || coalesce(sum(xmin::text::bigint), 0)::text from ${table})`)
  const { rows: [row] } = await client.query<{ shape: string }>(`select concat_ws(' ', ${parts.join(', ')}) as shape`)
  return row?.shape ?? ''
}

/** A connection that was closed a moment ago may still be going, and one that stays be at its last statement. */
async function isAlone(client: pg.ClientBase): Promise<boolean> {
  for (let round = 0; round < 20; round++) {
    const { rows } = await client.query(`select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and (application_name <> $1 or state <> 'idle')`, [STAYS_OPEN])
    if (rows.length === 0) return true
    await sleep(25)
  }
  return false
}

let tables: string[] | undefined

/** Every table whose rows are a test's own, quoted. */
async function tablesOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = tables ? { rows: [] } : await client.query<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')`)
  return tables ??= rows.map(({ name }) => name).filter((name) => !KEPT.includes(name))
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  }
  finally {
    await client.end()
  }
}
