// The thread that talks to PostgreSQL for a simulation that stands still meanwhile: see bridge.ts.
import { parentPort, workerData } from 'node:worker_threads'
import type { Replies, Request, Surroundings, ThreadData } from './bridge.ts'
import { performOnSql } from './perform.ts'
import { SqlDatabase } from './sql-database.ts'

const { url, personId, port, signal } = workerData as ThreadData
const sql = await SqlDatabase.open(url, personId)

port.on('message', (request: Request) => {
  void answer(request).then((reply) => ({ reply }), (error: unknown) => ({ failure: error instanceof Error ? error.stack ?? error.message : String(error) })).then((message) => {
    port.postMessage(message)
    Atomics.store(signal, 0, 1)
    Atomics.notify(signal, 0)
  })
})
parentPort?.postMessage('ready')

async function answer(request: Request): Promise<Replies[keyof Replies]> {
  switch (request.type) {
    case 'clear':
      await sql.clear(request.at)
      return null
    case 'rows': return sql.rows()
    case 'scheduled': return sql.takeScheduled()
    case 'step': {
      sql.setTime(request.at)
      await setSurroundings(request.surroundings)
      const answered = await performOnSql(sql, request.step, request.at)
      return { answer: answered, scheduled: request.takesScheduled ? await sql.takeScheduled() : [] }
    }
  }
}

async function setSurroundings({ settings, safety, safeModeSince, safeModeLeftAt, pause }: Partial<Surroundings>): Promise<void> {
  if (settings) await sql.setCreateSettings(settings)
  if (safety) await sql.setSafety(safety)
  if (safeModeSince !== undefined) await sql.setSafeMode({ safeModeSince })
  if (safeModeLeftAt !== undefined) await sql.setSafeMode({ safeModeLeftAt })
  if (pause !== undefined) await sql.setPause(pause as Parameters<SqlDatabase['setPause']>[0])
}
