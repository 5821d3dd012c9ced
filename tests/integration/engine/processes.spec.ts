import { afterEach, describe, expect, it } from 'vitest'
import { readDiagnosis } from '../../../server/engine/diagnosis.ts'
import type { WorkerProcess } from './spawn-worker.ts'
import { startProcess } from './start-process.ts'
import { openStage, waitFor, WITH_WAIT, type Stage } from './support.ts'

const children: WorkerProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) await child.end()
})

function start(stage: Stage): WorkerProcess {
  const child = startProcess(stage.services)
  children.push(child)
  return child
}

const attempts = (stage: Stage, operationId: string) => stage.services.db.provisioningLog.count({ where: { operationId, action: 'servers.create' } })

/** Over, or as far as it goes without a person. */
async function lookForEnd({ services: { db } }: Stage, operationId: string): Promise<{ value: true | null, seen: string }> {
  const { state, step, diagnosis } = await db.operation.findUniqueOrThrow({ where: { id: operationId } })
  const holderId = readDiagnosis(diagnosis)?.params['operationId']
  const holder = state === 'waiting' && typeof holderId === 'string' ? await db.operation.findUnique({ where: { id: holderId } }) : null
  const isOver = state === 'succeeded' || state === 'needs_attention' || holder?.state === 'needs_attention'
  return { value: isOver || null, seen: `${state} at ${step}, behind ${holder?.id} (${holder?.state} at ${holder?.step})` }
}

describe('worker processes that are killed', () => {
  it('between the effect and its answer: the next one finds the server and makes no second', async () => {
    const stage = await openStage({}, WITH_WAIT)
    stage.simulator.control.faults.add({ operation: 'POST /servers', kind: 'hang', afterEffect: true, times: 1 })
    const first = start(stage)
    const { server, operation } = await stage.order()
    await waitFor('the effect', async () => ({ value: stage.effects('server.created') === 1 || null, seen: 'no server' }))
    await first.end()
    expect((await stage.server(server.id)).virtfusionServerId).toBeNull()

    start(stage)
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(1)
    expect(await attempts(stage, operation.id)).toBe(1)
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', virtfusionServerId: 101 })
  })

  it('before any effect: the next one looks, and asks a person instead of sending again', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' })
    stage.simulator.control.faults.add({ operation: 'POST /servers', kind: 'hang', times: 1 })
    const first = start(stage)
    const { operation } = await stage.order()
    await waitFor('the attempt', async () => ({ value: await attempts(stage, operation.id) === 1 || null, seen: 'no attempt' }))
    await first.end()

    start(stage)
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ diagnosis: { code: 'create_none_found' } })
    expect(stage.effects('server.created')).toBe(0)
    expect(await attempts(stage, operation.id)).toBe(1)
  })

  it('while an installation is awaited: the next one waits on and builds nothing again', async () => {
    const stage = await openStage({}, { speed: 3 })
    const first = start(stage)
    const { operation } = await stage.order()
    await waitFor('the build', async () => ({ value: stage.effects('server.build-queued') === 1 || null, seen: 'no build' }))
    await first.end()
    start(stage)
    await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.build-queued')).toBe(1)
  })

  it('at random moments under load: every order ends in exactly one server', async () => {
    const stage = await openStage({ ENGINE_SETTLE_SECONDS: '20' }, WITH_WAIT)
    let current = [start(stage), start(stage)]
    const orders = await Promise.all(Array.from({ length: 10 }, (_, index) => stage.order({ features: { virtfusion_user_id: index % 2 === 0 ? 1 : 2 } })))
    for (const created of [2, 4, 6]) {
      await waitFor(`${created} servers`, async () => {
        const ends = await Promise.all(orders.map(({ operation }) => lookForEnd(stage, operation.id)))
        const made = stage.effects('server.created')
        return { value: made >= created || ends.every(({ value }) => value) || null, seen: `${made} servers; ${ends.map(({ seen }) => seen).join('; ')}` }
      })
      const [victim, survivor] = current
      await victim?.end()
      current = [...survivor ? [survivor] : [], start(stage)]
    }
    // A kill between the intent and the send leaves an order that a person has to decide, and others of its owner wait behind it; all else ends by itself.
    for (const { operation } of orders) await waitFor('its end', () => lookForEnd(stage, operation.id))
    const rows = await stage.services.db.server.findMany({ where: { virtfusionServerId: { not: null } } })
    expect(new Set(rows.map((row) => row.virtfusionServerId)).size).toBe(stage.simulator.control.state.servers.size)
    expect(stage.effects('server.created')).toBe(rows.length)
  })

  it('hands over in order when it is told to stop', async () => {
    const stage = await openStage({}, WITH_WAIT)
    const first = start(stage)
    const orders = await Promise.all(Array.from({ length: 4 }, () => stage.order()))
    await waitFor('a server', async () => ({ value: stage.effects('server.created') >= 1 || null, seen: 'no server' }))
    expect(await first.end('SIGTERM')).toBe(0)
    start(stage)
    for (const { operation } of orders) await stage.until(operation.id, 'succeeded')
    expect(stage.effects('server.created')).toBe(4)
  })

  // Both wait for most of the time, so they wait together.
  it('end within twenty seconds when the panel is silent, and leave the call as a kill would', async () => {
    const ends = [{ afterEffect: true, state: 'succeeded', servers: 1 }, { afterEffect: false, state: 'needs_attention', servers: 0 }] as const
    await Promise.all(ends.map(async ({ afterEffect, state, servers }) => {
      const stage = await openStage({ ENGINE_SETTLE_SECONDS: '1' }, WITH_WAIT)
      stage.simulator.control.faults.add({ operation: 'POST /servers', kind: 'hang', afterEffect, times: 1 })
      const first = start(stage)
      const { operation } = await stage.order()
      await waitFor('the call', async () => ({ value: stage.simulator.control.ledger.calls.some((call) => call.operation === 'POST /servers') || null, seen: 'no call' }))

      const toldAt = performance.now()
      expect(await first.end('SIGTERM')).toBe(0)
      expect(performance.now() - toldAt).toBeLessThan(20_000)
      const call = { operationId: operation.id, action: 'servers.create' }
      expect(await stage.services.db.provisioningLog.findMany({ where: call })).toMatchObject([{ completedAt: null }])

      start(stage)
      await stage.until(operation.id, state)
      expect(stage.effects('server.created')).toBe(servers)
      expect(await stage.services.db.provisioningLog.findMany({ where: call })).toMatchObject([{ effect: 'unknown', completedAt: expect.any(Date) }])
    }))
  })
})
