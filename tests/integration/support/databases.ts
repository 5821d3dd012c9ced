import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'

/** Nothing vacuums here, so what a database held before goes on taking room in it. */
const MOST_USES = 25
/** What migrations leave behind, and no test of a whole database changes. */
const KEPT = ['public._prisma_migrations', 'graphile_worker.migrations']

/** Databases of this process that nobody uses at the moment. */
const free: string[] = []
const uses = new Map<string, number>()

/** An empty database with all tables: one that a test has given back, else a clone of the migrated template, which takes half a second of a processor. */
export async function takeDatabase(): Promise<string> {
  const url = free.pop() ?? await cloneTemplate()
  uses.set(url, (uses.get(url) ?? 0) + 1)
  return url
}

/** For the next test, if it is as new once its rows are gone. One with other tables, or that a process is still connected to, is left to the end of the run. */
export async function giveBack(url: string): Promise<void> {
  if ((uses.get(url) ?? MOST_USES) >= MOST_USES) return
  const isEmpty = await withClient(url, async (client) => {
    if (await shapeOf(client) !== await templateShape()) return false
    if (!await isAlone(client)) return false
    await client.query(await clearing(client))
    return true
  })
  if (isEmpty) free.push(url)
}

async function cloneTemplate(): Promise<string> {
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
async function shapeOf(client: pg.Client): Promise<string> {
  const parts = ['pg_class', 'pg_attribute', 'pg_constraint', 'pg_index', 'pg_proc', 'pg_trigger', ...KEPT]
    .map((table) => `(select count(*)::text || ':' || coalesce(sum(xmin::text::bigint), 0)::text from ${table})`)
  const { rows: [row] } = await client.query<{ shape: string }>(`select concat_ws(' ', ${parts.join(', ')}) as shape`)
  return row?.shape ?? ''
}

/** A connection that was closed a moment ago may still be going. */
async function isAlone(client: pg.Client): Promise<boolean> {
  for (let round = 0; round < 20; round++) {
    const { rows } = await client.query('select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
    if (rows.length === 0) return true
    await sleep(25)
  }
  return false
}

let clear: string | undefined

/** One text that deletes every row, past the triggers that keep Berth itself from it. */
async function clearing(client: pg.Client): Promise<string> {
  if (clear !== undefined) return clear
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')`)
  const tables = rows.map(({ name }) => name).filter((name) => !KEPT.includes(name))
  clear = `begin; set local session_replication_role = replica; ${tables.map((name) => `delete from ${name};`).join(' ')} commit`
  return clear
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
