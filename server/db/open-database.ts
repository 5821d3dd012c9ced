import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/prisma/client.ts'

/** The database as every part of Berth uses it: Prisma over one pool, which the queue shares. */
export interface Database {
  prisma: PrismaClient
  pool: pg.Pool
  url: string
  close(): Promise<void>
}

/** How long a query waits for a connection, and a transaction for its begin, in ms. */
const PATIENCE_MS = 10_000

/** Opens one pool (at most `max` connections) on `url`. Nothing is connected before the first query. */
export function openDatabase(url: string, { max = 10, onError }: { max?: number, onError: (error: Error) => void }): Database {
  const pool = new pg.Pool({
    connectionString: url, max, connectionTimeoutMillis: PATIENCE_MS,
    // Prisma writes and reads times without their zone, plain statements with it: they agree in no other zone, and a server takes its host's.
    // A process that stands still within a transaction would keep its locks for as long as it stands.
    onConnect: async (client) => { await client.query('set time zone \'UTC\'; set idle_in_transaction_session_timeout = \'30s\'') },
  })
  let isClosing = false
  // Without these two an ended connection is an unhandled error and ends the process.
  pool.on('error', (error) => { if (!isClosing) onError(error) })
  pool.on('connect', (client) => { client.on('error', () => {}) })
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions: { maxWait: PATIENCE_MS } })
  return {
    prisma,
    pool,
    url,
    async close() {
      isClosing = true
      await prisma.$disconnect()
      await pool.end()
    },
  }
}
