import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { openStage, waitFor, type Stage } from './support.ts'

const SCRIPT = fileURLToPath(new URL('./worker-process.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child)
})

/** A real process that works the stage's queue. */
async function startProcess(stage: Stage): Promise<ChildProcess> {
  const { env } = stage.services
  const child = spawn(process.execPath, [SCRIPT], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env, NODE_ENV: 'test', LOG_LEVEL: 'error', DATABASE_URL: stage.services.url, APP_SECRET: env.APP_SECRET, ENGINE_SETTLE_SECONDS: String(env.ENGINE_SETTLE_SECONDS),
      VIRTFUSION_API_URL: env.VIRTFUSION_API_URL, VIRTFUSION_API_TOKEN: env.VIRTFUSION_API_TOKEN,
    },
  })
  children.push(child)
  if (child.stdout) await once(child.stdout, 'data')
  return child
}

async function kill(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

const attempts = (stage: Stage, operationId: string) => stage.services.db.provisioningLog.count({ where: { operationId, action: 'servers.create' } })

describe('worker processes that are killed', () => {
  it('between the effect and its answer: the next one finds the server and makes no second', async () => {
    const stage = await openStage()
    stage.simulator.control.faults.add({ operation: 'POST /servers', kind: 'hang', afterEffect: true, times: 1 })
    const first = await startProcess(stage)
    const { server, operation } = await stage.order()
    await waitFor('the effect', async () => ({ value: stage.effects('server.created') === 1 || null, seen: 'no server' }))
    await kill(first)
    expect((await stage.server(server.id)).virtfusionServerId).toBeNull()

    await startProcess(stage)
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect(await attempts(stage, operation.id)).toBe(1)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionServerId: 101 })
  })

  it('before any effect: the next one looks, and asks a person instead of sending again', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    stage.simulator.control.faults.add({ operation: 'POST /servers', kind: 'hang', times: 1 })
    const first = await startProcess(stage)
    const { operation } = await stage.order()
    await waitFor('the attempt', async () => ({ value: await attempts(stage, operation.id) === 1 || null, seen: 'no attempt' }))
    await kill(first)

    await startProcess(stage)
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'create_none_found' } })
    expect(stage.effects('server.created')).toBe(0)
    expect(await attempts(stage, operation.id)).toBe(1)
  })

  it('while an installation is awaited: the next one waits on and builds nothing again', async () => {
    const stage = await openStage({}, { speed: 3 })
    const first = await startProcess(stage)
    const { operation } = await stage.order()
    await waitFor('the build', async () => ({ value: stage.effects('server.build-queued') === 1 || null, seen: 'no build' }))
    await kill(first)
    await startProcess(stage)
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.build-queued')).toBe(1)
  })

  it('at random moments under load: every order ends in exactly one server', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '20' })
    let current = [await startProcess(stage), await startProcess(stage)]
    const orders = await Promise.all(Array.from({ length: 10 }, (_, index) => stage.order({ features: { virtfusion_user_id: index % 2 === 0 ? 1 : 2 } })))
    for (const created of [2, 4, 6]) {
      await waitFor(`${created} servers`, async () => ({ value: stage.effects('server.created') >= created || null, seen: `${stage.effects('server.created')} servers` }))
      const [victim, survivor] = current
      if (victim) await kill(victim)
      current = [...survivor ? [survivor] : [], await startProcess(stage)]
    }
    // A kill between the intent and the send leaves an order that a person has to decide; all others end by themselves.
    for (const { operation } of orders) await stage.until(operation.id, 'succeeded', 'needs_attention')
    const rows = await stage.services.db.server.findMany({ where: { virtfusionServerId: { not: null } } })
    expect(new Set(rows.map((row) => row.virtfusionServerId)).size).toBe(stage.simulator.control.state.servers.size)
    expect(stage.effects('server.created')).toBe(rows.length)
  })

  it('hands over in order when it is told to stop', async () => {
    const stage = await openStage()
    const first = await startProcess(stage)
    const orders = await Promise.all(Array.from({ length: 4 }, () => stage.order()))
    await waitFor('a server', async () => ({ value: stage.effects('server.created') >= 1 || null, seen: 'no server' }))
    await kill(first, 'SIGTERM')
    expect(first.exitCode).toBe(0)
    await startProcess(stage)
    for (const { operation } of orders) await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(4)
  })
})
