import { makeWorkerUtils, Logger } from 'graphile-worker'
import type pg from 'pg'
import type { Db } from '../context.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** Every job that Berth knows, with its payload. Payloads carry ids only; whoever works a job reads the rows. */
export interface JobPayloads {
  /** Takes an operation one or more steps further. */
  'operation.advance': { operationId: string }
  /** Reads one server from the panel and stores the observation. */
  'server.observe': { serverId: string }
  /** Checks whether the panel can do what throw-away users need, or removes what such a check left behind. */
  'escrow.probe': { runId: string, task: 'check' | 'clean-up' }
}
export type JobName = keyof JobPayloads

export interface EnqueueOptions {
  /** Jobs with the same queue run one after the other. */
  queue?: string
  /** Not before this moment. */
  runAt?: Date
  /** A job with this key that has not started yet is replaced. */
  key?: string
  maxAttempts?: number
}

export const silentLogger = new Logger(() => () => {})

/** Key of the advisory lock under which the queue's tables are made: "queu" in ASCII. */
const SCHEMA_LOCK = 0x71756575

/**
 * Creates or updates the queue's own tables. The library takes no lock for it: of two processes that start together on an empty
 * database one would fail, so the second waits here and finds nothing to do.
 */
export async function prepareQueue(pool: pg.Pool): Promise<void> {
  const guard = await pool.connect()
  try {
    await guard.query('select pg_advisory_lock($1)', [SCHEMA_LOCK])
    const utils = await makeWorkerUtils({ pgPool: pool, logger: silentLogger })
    await utils.release()
    await guard.query('select pg_advisory_unlock($1)', [SCHEMA_LOCK])
    guard.release()
  }
  catch (error) {
    guard.release(true) // the lock ends with its connection
    throw error
  }
}

/** Adds a job as part of the transaction that `db` belongs to: no row without its job, no job without its row. */
export async function enqueue<N extends JobName>(db: Db, name: N, payload: JobPayloads[N], options: EnqueueOptions = {}): Promise<void> {
  await db.$executeRaw`select ${addJob(name, payload, options)}`
}

/** The same as an expression, for statements that do more than that. */
export function addJob<N extends JobName>(name: N, payload: JobPayloads[N], options: EnqueueOptions = {}): Prisma.Sql {
  return Prisma.sql`graphile_worker.add_job(${name}::text, payload := ${JSON.stringify(payload)}::json,
    queue_name := ${options.queue ?? null}::text, run_at := ${options.runAt ?? null}::timestamptz,
    max_attempts := ${options.maxAttempts ?? 25}::int, job_key := ${options.key ?? null}::text)`
}
