import type pg from 'pg'
import type { Db } from '../../context.ts'
import { Prisma } from '../../generated/prisma/client.ts'

export type Row = Record<string, unknown>

/** Runs one statement of ours and resolves to its rows. */
export type Execute = (statement: Prisma.Sql) => Promise<Row[]>

/**
 * A statement that stands alone. It goes to the pool as it is: through Prisma it would cost three times as much of the processor. A
 * connection on which a constraint refused a statement is as good as before, and is kept.
 */
export function onPool(pool: pg.Pool): Execute {
  return async (statement) => {
    const client = await pool.connect()
    let isUsable = false
    try {
      const rows = await run(client, statement)
      isUsable = true
      return rows
    }
    catch (error) {
      isUsable = isUniqueViolation(error)
      throw error
    }
    finally {
      client.release(!isUsable)
    }
  }
}

/** Far more than the engine has; what would come on top is planned each time. */
const MOST_NAMES = 300
const names = new Map<string, string>()

/** Each connection prepares a statement once: planning a transition takes PostgreSQL longer than carrying it out. */
async function run(client: pg.PoolClient, { text, values }: Prisma.Sql): Promise<Row[]> {
  if (!names.has(text) && names.size < MOST_NAMES) names.set(text, `berth_${names.size}`)
  const name = names.get(text)
  return (await client.query<Row>({ ...(name === undefined ? {} : { name }), text, values })).rows
}

/** A statement that is part of a transaction. */
export function inTransaction(tx: Db): Execute {
  return (statement) => tx.$queryRaw<Row[]>(statement)
}

/** Several statements that stand or fall together. `first` is one without parameters, which needs no way of its own to the database. */
export async function transaction<T>(pool: pg.Pool, first: string, work: (execute: Execute) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isUsable = false
  try {
    await client.query(`begin; ${first}`)
    const result = await work((statement) => run(client, statement))
    await client.query('commit')
    isUsable = true
    return result
  }
  catch (error) {
    isUsable = await client.query('rollback').then(() => true, () => false)
    throw error
  }
  finally {
    client.release(!isUsable) // what it was in the middle of ends with its connection
  }
}

/** Whether a constraint of the database refused the statement because such a row exists. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}

/** The column that holds a field: `virtfusionServerId` stands in `virtfusion_server_id`. */
export const columnOf = (field: string) => field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)

/** JSON as a parameter; null is the column's null. */
export const toJsonb = (value: unknown) => Prisma.sql`${value === null || value === undefined ? null : JSON.stringify(value)}::jsonb`

/** `set` of an update from the fields that are there, those that are left out stay as they are. Objects that are neither lists nor times are JSON. */
export function assignments(fields: object): Prisma.Sql {
  const parts = Object.entries(fields).filter(([, value]: [string, unknown]) => value !== undefined)
    .map(([field, value]: [string, unknown]) => Prisma.sql`${Prisma.raw(columnOf(field))} = ${isDocument(value) ? toJsonb(value) : value}`)
  return Prisma.join(parts)
}

const isDocument = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
