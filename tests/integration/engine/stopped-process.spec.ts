import { describe, expect, it, onTestFinished } from 'vitest'
import { readHeld, startProcess } from './start-process.ts'
import { openStage, waitFor, WITH_WAIT, type Stage } from './support.ts'

/** Each waits for a lease to end most of the time. */
const AT_ONCE = 3

/**
 * Where a worker is stopped with SIGSTOP, and what has to come of it: before anything was written down; between the confirmed intent and
 * its send, where only its own clock can hold it back; between the panel's answer and storing it.
 */
const STOPS = [
  { before: 'intend store.takeOwner', end: 'succeeded', servers: 1 },
  // It alone knows that nothing was sent, and may say so, as a fact; it sends nothing.
  { before: 'send servers.create', end: 'needs_attention', servers: 0, knows: 'never sent' },
  { before: 'send store.findBound', end: 'succeeded', servers: 1 },
] as const

/** All that a worker could have changed. */
async function readState({ services: { db }, simulator }: Stage) {
  const [operations, servers, events, attempts] = await Promise.all([db.operation.findMany(), db.server.findMany(), db.operationEvent.count(), db.provisioningLog.count({ where: { method: { not: 'GET' } } })])
  const { entries } = simulator.control.ledger
  const rows = { operations, servers: servers.map(({ id, lifecycle, virtfusionServerId }) => ({ id, lifecycle, virtfusionServerId })), events }
  const whole = JSON.stringify(rows, (key, value: unknown) => (key === 'updatedAt' ? undefined : typeof value === 'bigint' ? String(value) : value))
  const sent = `${attempts} attempts, ${entries.length} effects`
  return { whole: `${whole} ${sent}`, sent }
}

describe('a worker that is stopped past its lease and goes on', () => {
  it('has lost its operation: another one has ended it, and the stopped one writes and sends nothing more', { timeout: 240_000 }, async () => {
    const waiting = [...STOPS]
    const failures: string[] = []
    const work = async () => {
      for (let stop = waiting.shift(); stop; stop = waiting.shift()) {
        const stage = await openStage({}, WITH_WAIT)
        const { operation } = await stage.order()
        const stopped = startProcess(stage.services, { LOG_LEVEL: 'warn', WORKER_CONCURRENCY: '1', HIT_AT: JSON.stringify({ [operation.id]: { point: stop.before, side: 'before', nth: 1 } }), HIT_WITH: 'SIGSTOP' })
        onTestFinished(async () => { await stopped.end() })
        await waitFor('the stop', async () => ({ value: readHeld(stopped).held.size || null, seen: stopped.said() }))
        const other = stage.startWorker()
        const end = await stage.until(operation.id, 'succeeded', 'failed', 'needs_attention')
        await other.stop()
        const before = await readState(stage)
        stopped.signal('SIGCONT')
        await waitFor('the end of its turn', async () => ({ value: stopped.said().includes('operation went to another worker') || null, seen: stopped.said() }))
        const after = await readState(stage)
        const isRight = 'knows' in stop ? after.sent === before.sent : after.whole === before.whole
        const seen = { end: end.state, servers: stage.effects('server.created') }
        if (end.state !== stop.end || seen.servers !== stop.servers || !isRight) failures.push(`stopped before ${stop.before}: ${JSON.stringify({ ...seen, before, after })}`)
        await stopped.end()
        await stage.close()
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    expect(failures).toEqual([])
  })
})
