import { afterAll, describe, expect, it } from 'vitest'
import { readCrossings, startProcess } from './start-process.ts'
import { openStage, useThrowAwayUsers, WITH_WAIT, type Stage } from './support.ts'

/** Each has a database of its own, and most of its time is waiting for a lease to end. */
const AT_ONCE = 8
const NEVER = 1_000_000

/** A process that works the stage's queue and kills itself with -9 right before it waits for the n-th time. Resolves to what it waited for, once it is dead or the order is done. */
async function workUntilKilled(stage: Stage, killAt: number, isDone: () => Promise<unknown>): Promise<string[]> {
  const worker = startProcess(stage.services, { LOG_LEVEL: 'silent', WORKER_CONCURRENCY: '1', HIT_AT: String(killAt) })
  await Promise.race([worker.ended, isDone()])
  await worker.end()
  return readCrossings(worker)
}

const recovered: number[] = []
afterAll(() => {
  const sorted = recovered.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  process.stdout.write(`from the restart to the order's end: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms over ${sorted.length} kills\n`)
})

type Mode = 'direct' | 'escrow'

/**
 * Killed between writing a call down and sending it, nobody can know that it was never sent: a person is asked, and nothing is sent twice. An
 * order for a throw-away user needs one for its build at most.
 */
function isRight(mode: Mode, { state, servers, builds, bound }: { state: string, servers: number, builds: number, bound: number | null }): boolean {
  if (state === 'succeeded') return servers === 1 && builds === 1 && bound !== null
  return state === 'needs_attention' && builds === 0 && (mode === 'direct' || servers === 1)
}

describe.each(['direct', 'escrow'] as const)('kill -9 at every point where a create waits for something (%s)', (mode) => {
  const open = async () => {
    const stage = await openStage({}, WITH_WAIT)
    if (mode === 'escrow') await useThrowAwayUsers(stage)
    return stage
  }

  it('leads to exactly one server and one installation, whoever goes on', { timeout: 240_000 }, async () => {
    const model = await open()
    const first = await model.order()
    const points = await workUntilKilled(model, NEVER, () => model.until(first.operation.id, 'succeeded'))
    expect(points.length).toBeGreaterThan(15)

    const waiting = points.map((point, index) => ({ point, index }))
    const failures: string[] = []
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const stage = await open()
        const { server, operation } = await stage.order()
        await workUntilKilled(stage, next.index, () => stage.until(operation.id, 'succeeded', 'failed', 'needs_attention'))
        const restartedAt = performance.now()
        const worker = stage.startWorker()
        const end = await stage.until(operation.id, 'succeeded', 'failed', 'needs_attention')
        recovered.push(performance.now() - restartedAt)
        await worker.stop()
        const seen = { state: end.state, servers: stage.effects('server.created'), builds: stage.effects('server.build-queued'), bound: (await stage.server(server.id)).virtfusionServerId }
        await stage.close()
        if (!isRight(mode, seen)) failures.push(`killed before ${next.index} ${next.point}: ${JSON.stringify(seen)}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    expect(failures).toEqual([])
  })
})
