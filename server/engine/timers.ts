import type { Services } from '../context.ts'

/** First key of the advisory locks of timers: "time" in ASCII. */
const LOCK_CLASS = 0x74696d65

interface TimerOptions {
  name: string
  everyMs: number
  run(signal: AbortSignal): Promise<void>
}

/**
 * Does something again and again, in one process at a time: whoever finds the lock taken leaves it to the other. The next turn begins
 * `everyMs` after the last one ended. A turn that fails is logged, and the next one comes all the same.
 */
export function startTimer({ database, log }: Pick<Services, 'database' | 'log'>, { name, everyMs, run }: TimerOptions): { stop(): Promise<void> } {
  const end = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let turn: Promise<void> = Promise.resolve()

  const takeTurn = async () => {
    const connection = await database.pool.connect()
    let failure: Error | undefined
    try {
      const { rows } = await connection.query<{ ok: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) ok', [LOCK_CLASS, name])
      if (rows[0]?.ok !== true) return
      try {
        await run(end.signal)
      }
      finally {
        await connection.query('select pg_advisory_unlock($1, hashtext($2))', [LOCK_CLASS, name])
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
