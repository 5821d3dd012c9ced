import { makeWorkerUtils, Logger } from 'graphile-worker'
import type pg from 'pg'
import type { Db } from '../context.ts'

/** Every job that Berth knows, with its payload. Payloads carry ids only; whoever works a job reads the rows. */
export interface JobPayloads {
  /** Takes an operation one or more steps further. */
  'operation.advance': { operationId: string }
  /** Reads one server from the panel and stores the observation. */
  'server.observe': { serverId: string }
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

/** Creates or updates the queue's own tables. */
export async function prepareQueue(pool: pg.Pool): Promise<void> {
  const utils = await makeWorkerUtils({ pgPool: pool, logger: silentLogger })
  try {
    await utils.migrate()
  }
  finally {
    await utils.release()
  }
}

/** Adds a job as part of the transaction that `db` belongs to: no row without its job, no job without its row. */
export async function enqueue<N extends JobName>(db: Db, name: N, payload: JobPayloads[N], options: EnqueueOptions = {}): Promise<void> {
  await db.$executeRaw`select graphile_worker.add_job(${name}::text, payload := ${JSON.stringify(payload)}::json,
    queue_name := ${options.queue ?? null}::text, run_at := ${options.runAt ?? null}::timestamptz,
    max_attempts := ${options.maxAttempts ?? 25}::int, job_key := ${options.key ?? null}::text)`
}
