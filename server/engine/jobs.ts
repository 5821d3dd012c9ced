import { Logger, run, type Runner, type TaskList } from 'graphile-worker'
import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../log.ts'

/** First key of the advisory locks that register workers: "jobs" in ASCII. */
const LOCK_CLASS = 0x6a6f6273
/** A row for each lock by which a worker of this database is registered, as the end of a statement that begins with `select ... `. */
export const WORKER_LOCKS = `from pg_locks l where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = ${LOCK_CLASS}::oid
    and l.database = (select oid from pg_database where datname = current_database())`
const SWEEP_MS = 1_000
/** Well below the sweep: a process that only lost its connection registers again before it is taken for dead. */
const RESTART_MS = 200

/** Workers that hold a job or a queue, but no lock: their process is gone. */
const DEAD = `select w.id from (
    select locked_by id from graphile_worker._private_jobs where locked_by is not null
    union select locked_by from graphile_worker._private_job_queues where locked_by is not null) w
  where not exists (select ${WORKER_LOCKS} and l.objid = (hashtext(w.id)::bigint & 4294967295)::oid)`

/** Their jobs go back in line at their old place, and idle workers are told. */
const RELEASE = `with dead as materialized (select id from (${DEAD}) d where id = any($1::text[])),
  j as (update graphile_worker._private_jobs set locked_at = null, locked_by = null, last_error = 'the worker process died'
    where locked_by in (select id from dead) returning id),
  q as (update graphile_worker._private_job_queues set locked_at = null, locked_by = null where locked_by in (select id from dead) returning id)
  select (select count(*)::int from j) jobs, (select count(*)::int from q) queues,
    pg_notify('jobs:insert', json_build_object('count', (select count(*) from j))::text)`

/** A queue whose job was completed by two workers stays locked by a live worker that has no job in it. */
const FREE_QUEUES = `with c as materialized (select q.id, q.locked_by, q.locked_at from graphile_worker._private_job_queues q where q.locked_by is not null
    and not exists (select from graphile_worker._private_jobs j where j.job_queue_id = q.id and j.locked_by = q.locked_by))
  update graphile_worker._private_job_queues q set locked_at = null, locked_by = null from c
  where q.id = c.id and q.locked_by = c.locked_by and q.locked_at = c.locked_at returning q.id`

export interface JobsOptions {
  url: string
  pool: pg.Pool
  taskList: TaskList
  concurrency: number
  pollInterval: number
  log: Log
}

type Query = <T extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<pg.QueryResult<T>>

/** One life of the lock connection, with the runner that works under it. */
interface Round { query: Query, lost: () => void, ended: Promise<void>, close(): Promise<void> }

/**
 * Works the queue in this process. Every worker holds a session advisory lock before it takes its first job; the lock is its
 * registration, and the lock of a dead process ends with its connection. One process at a time looks every second for jobs of
 * workers without a lock, and releases those that it has seen twice. A process that lost its lock connection can run a job beside its
 * successor for a moment: what a job does outside must be guarded by the operation's lease, never by the queue.
 */
export function startJobs(options: JobsOptions): { stop(): Promise<void> } {
  const { log } = options
  const workerIds = new Set<string>() // of this process, as far as they may own a job
  let isStopping = false
  let current: Round | undefined

  const loop = (async () => {
    let stopped: Promise<void> | undefined
    while (!isStopping) {
      const round = current = openRound(options.url)
      let timer: NodeJS.Timeout | undefined
      try {
        for (const id of workerIds) await hold(round.query, id) // jobs still running from before the connection was lost
        await stopped
        workerIds.clear()
        if (isStopping) break
        const runner = await startRunner(options, round, workerIds)
        timer = setInterval(sweeper(round, log), SWEEP_MS)
        await round.ended
        if (!isStopping) log.warn('jobs: the lock connection or a worker was lost, starting again')
        stopped = runner.stop().catch((error: unknown) => { log.warn({ err: error }, 'jobs: stopping failed') })
        if (isStopping) await stopped
      }
      catch (error) {
        if (!isStopping) log.warn({ err: error }, 'jobs: could not start')
      }
      finally {
        clearInterval(timer)
        await round.close()
      }
      if (!isStopping) await sleep(RESTART_MS)
    }
    await stopped
  })()

  return {
    async stop() {
      isStopping = true
      current?.lost()
      await loop
    },
  }
}

function openRound(url: string): Round {
  const client = new pg.Client({
    connectionString: url, keepAlive: true, connectionTimeoutMillis: 3_000, query_timeout: 10_000, application_name: 'berth-jobs',
    // Each process asks something every second here: one that stands still for ten is taken for dead, and does not keep others from looking for the dead.
    options: '-c idle_session_timeout=10s -c tcp_keepalives_idle=20 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
  })
  let lost = () => {}
  const ended = new Promise<void>((resolve) => { lost = resolve })
  client.once('end', () => lost())
  client.on('error', () => lost())
  const connected = client.connect()
  connected.catch(() => lost())
  let tail: Promise<unknown> = connected // one query at a time on a connection of one's own
  const query: Query = <T extends pg.QueryResultRow>(sql: string, values?: unknown[]) => {
    const result = tail.then(() => client.query<T>(sql, values))
    tail = result.catch(() => {}) // the caller gets the error; the next query goes on
    return result
  }
  return { query, lost, ended, close: () => client.end().catch(() => {}) }
}

/** Shared, so that a half-open session of the same worker can't block it. */
const hold = (query: Query, workerId: string) => query('select pg_advisory_lock_shared($1, hashtext($2))', [LOCK_CLASS, workerId])

async function startRunner({ pool, concurrency, pollInterval, taskList }: JobsOptions, round: Round, workerIds: Set<string>): Promise<Runner> {
  const plugin: GraphileConfig.Plugin = {
    name: 'worker-locks', version: '1.0.0',
    worker: {
      hooks: {
        async startWorker(_context, { worker }) {
          try {
            await hold(round.query, worker.workerId)
            workerIds.add(worker.workerId)
          }
          catch (error) {
            round.lost() // the worker would go on without its lock
            throw error
          }
        },
      },
    },
  }
  const runner = await run({
    pgPool: pool, concurrency, taskList, noHandleSignals: true, pollInterval, logger: new Logger(() => () => {}),
    preset: { plugins: [plugin] },
  })
  runner.promise.catch(() => round.lost())
  runner.events.on('worker:stop', ({ worker, error }) => {
    workerIds.delete(worker.workerId)
    round.query('select pg_advisory_unlock_shared($1, hashtext($2))', [LOCK_CLASS, worker.workerId]).catch(() => round.lost())
    if (error) round.lost() // it could not write its result, and nothing replaces it
  })
  return runner
}

function sweeper({ query, lost }: Round, log: Log): () => void {
  let isLeader = false
  let suspects = new Set<string>()
  let isBusy = false
  const sweep = async () => {
    if (!isLeader) isLeader = (await query<{ ok: boolean }>('select pg_try_advisory_lock($1, 0) ok', [LOCK_CLASS])).rows[0]?.ok === true
    if (!isLeader) return
    const seen = (await query<{ id: string }>(DEAD)).rows.map(({ id }) => id)
    const dead = seen.filter((id) => suspects.has(id))
    suspects = new Set(seen)
    if (dead.length > 0) {
      const released = (await query<{ jobs: number, queues: number }>(RELEASE, [dead])).rows[0]
      log.warn({ jobs: released?.jobs, queues: released?.queues }, 'jobs: released the work of dead workers')
    }
    await query(FREE_QUEUES)
  }
  return () => {
    if (isBusy) return
    isBusy = true
    sweep().catch((error: unknown) => {
      log.warn({ err: error }, 'jobs: sweep failed')
      lost()
    }).finally(() => { isBusy = false })
  }
}
