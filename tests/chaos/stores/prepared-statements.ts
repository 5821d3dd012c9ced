import type pg from 'pg'

/** Plans of prepared statements are made once and then kept, whatever their parameters are, for every later connection. */
export async function planOnce(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name')
  await client.query(`alter database "${rows[0]?.name ?? ''}" set plan_cache_mode = force_generic_plan`)
}

const names = new Map<string, string>()

/** The same text, the same statement. */
function nameOf(text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `s${names.size}`
  names.set(text, name)
  return name
}

interface Statement { text: string, values?: unknown[], name?: string }
const isStatement = (given: unknown): given is Statement => typeof given === 'object' && given !== null && 'text' in given && typeof given.text === 'string'

/**
 * Lets every connection of the pool prepare the statements that have parameters. Planning the statement of a transition takes PostgreSQL
 * ten times as long as carrying it out, and what a plan does is the same whenever it was made. So connections are kept, also when a
 * statement was refused: a new one plans everything anew.
 */
export function prepareStatements(pool: pg.Pool): void {
  pool.options.idleTimeoutMillis = 0
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (given: unknown, ...rest: unknown[]) => unknown
    const prepared = (given: unknown, ...rest: unknown[]) => query(isStatement(given) && (given.values?.length ?? 0) > 0 ? { ...given, name: nameOf(given.text) } : given, ...rest)
    Object.assign(client, { query: prepared })
  })
  const query = async (given: pg.QueryConfig, values?: unknown[]) => {
    const client = await pool.connect()
    try {
      return await client.query(given, values)
    }
    finally {
      client.release()
    }
  }
  Object.assign(pool, { query })
}
