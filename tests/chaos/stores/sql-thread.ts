// The thread that talks to PostgreSQL for a simulation that stands still meanwhile: see bridge.ts.
import { parentPort, workerData } from 'node:worker_threads'
import type { Replies, Request, Surroundings, ThreadData } from './bridge.ts'
import { performOnSql } from './perform.ts'
import type { Single } from './random-steps.ts'
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
    case 'step': {
      sql.setTime(request.at)
      if (request.surroundings) await setSurroundings(request.surroundings)
      const answered = await performOnSql(sql, request.step, request.at)
      // What another verb has put in line shows with the next of these.
      return { answer: answered, scheduled: mayScheduleIn(request.step) ? await sql.takeScheduled() : [] }
    }
  }
}

const SCHEDULING = new Set<string>(['write', 'writeFacts', 'handOver', 'schedule'])
const mayScheduleIn = (step: Single) => (step.type === 'call' ? SCHEDULING.has(step.call.verb) : step.type === 'ask' || step.type === 'decide')

async function setSurroundings({ settings, safety, safeModeSince, pause }: Surroundings): Promise<void> {
  await sql.setCreateSettings(settings)
  await sql.setSafety(safety)
  await sql.setSafeMode(safeModeSince)
  await sql.setPause(pause as Parameters<SqlDatabase['setPause']>[0])
}
