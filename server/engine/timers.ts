import type { PoolClient } from 'pg'
import type { Services } from '../context.ts'

/** First key of the advisory locks of timers: "time" in ASCII. */
const LOCK_CLASS = 0x74696d65

/**
 * A process that stands still keeps its connections, and with them its locks, for as long as it stands. So whoever has a turn says every two
 * seconds that he is alive, and PostgreSQL ends a connection that says nothing for ten.
 */
const TAKE = `select ok, case when ok then set_config('idle_session_timeout', '10s', false) end from (select pg_try_advisory_lock($1, hashtext($2)) ok) taken`
const BEAT_MS = 2_000

interface TimerOptions {
  name: string
  everyMs: number
  run(signal: AbortSignal): Promise<void>
}

/**
 * Does something again and again, in one process at a time: whoever finds the lock taken leaves it to the other. The next turn begins
 * `everyMs` after the last one ended. A turn that fails is logged, and the next one comes all the same. One that stood still and goes on
 * does so beside its successor: what a turn does must be right in two processes, too.
 */
export function startTimer({ database, log }: Pick<Services, 'database' | 'log'>, { name, everyMs, run }: TimerOptions): { stop(): Promise<void> } {
  const end = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()

  const takeTurn = async () => {
    const connection = await database.pool.connect()
    let failure: Error | undefined
    try {
      const { rows } = await connection.query<{ ok: boolean }>(TAKE, [LOCK_CLASS, name])
      if (rows[0]?.ok !== true) return
      const stopBeating = startBeating(connection)
      try {
        await run(end.signal)
      }
      finally {
        await stopBeating()
        await connection.query('select pg_advisory_unlock($1, hashtext($2))', [LOCK_CLASS, name])
        await connection.query('reset idle_session_timeout')
      }
    }
    catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
      throw error
    }
    finally {
      connection.release(failure) // a connection that failed is not used again, and its lock ends with it
    }
  }
  const plan = (ms: number) => {
    timer = setTimeout(() => {
      turn = takeTurn()
        .catch((error: unknown) => { if (!end.signal.aborted) log.warn({ err: error, timer: name }, 'timer failed') })
        .finally(() => { if (!end.signal.aborted) plan(everyMs) })
    }, ms)
  }
  plan(Math.min(everyMs, 1_000))

  return {
    async stop() {
      end.abort()
      clearTimeout(timer)
      await turn
    },
  }
}

/** Returns the way to stop, which waits for a beat under way: a connection does one thing after the other. */
function startBeating(connection: PoolClient): () => Promise<void> {
  let beat: Promise<unknown> = Promise.resolve()
  const timer = setInterval(() => { beat = beat.then(() => connection.query('select 1')).catch(() => {}) }, BEAT_MS)
  return async () => {
    clearInterval(timer)
    await beat
  }
}
