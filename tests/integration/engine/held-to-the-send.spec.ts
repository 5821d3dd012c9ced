import { describe, expect, it } from 'vitest'
import type { Operation } from '../../../server/generated/prisma/client.ts'
import { advanceOperation } from '../../../server/engine/advance-operation.ts'
import { engineOf } from '../../../server/engine/engine-of.ts'
import type { Engine, Lease, Move } from '../../../server/engine/ports.ts'
import { openStage, type Stage } from './support.ts'

/** The engine to which something happens once, after all that a step has read and before its intent to send is written down. */
function interrupted(stage: Stage, happen: (lease: Lease) => Promise<unknown>): Engine {
  const engine = engineOf(stage.services)
  let isDue = true
  const write = async (move: Move) => {
    if (isDue && move.transition.step === 'send') {
      isDue = false
      await happen(move.lease)
    }
    return engine.store.write(move)
  }
  return { ...engine, store: { ...engine.store, write } }
}

const read = ({ services: { db } }: Stage, { id }: Operation) => db.operation.findUniqueOrThrow({ where: { id } })
const countCreates = ({ services: { db } }: Stage, { id }: Operation) => db.provisioningLog.count({ where: { operationId: id, action: 'servers.create' } })

describe('an order whose turn has stood still before its intent', () => {
  it('is not sent upon what was read before the lease ran out, although nobody else has taken it: the panel may have come back from a backup meanwhile', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    const { db } = stage.services
    const engine = interrupted(stage, async ({ operationId }) => {
      await db.operation.update({ where: { id: operationId }, data: { leaseExpiresAt: new Date(Date.now() - 1_000) } })
    })
    await advanceOperation(engine, operation.id)
    expect(stage.effects('server.created')).toBe(0)
    expect(await read(stage, operation)).toMatchObject({ step: 'intend', state: 'running' })
    expect(await countCreates(stage, operation)).toBe(0)

    await advanceOperation(engineOf(stage.services), operation.id)
    expect(stage.effects('server.created')).toBe(1)
  })

  it('finds its lease still run out when its heartbeat comes before it: what is free for everybody is not taken back', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    const { db } = stage.services
    const engine = interrupted(stage, async (lease) => {
      await db.operation.update({ where: { id: lease.operationId }, data: { leaseExpiresAt: new Date(Date.now() - 1_000) } })
      await engine.store.renew(lease)
    })
    await advanceOperation(engine, operation.id)
    expect(stage.effects('server.created')).toBe(0)
    expect((await read(stage, operation)).leaseExpiresAt?.getTime()).toBeLessThan(Date.now())
  })

  it('keeps its lease by its heartbeat while it has not run out', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    const { db } = stage.services
    const soon = new Date(Date.now() + 2_000)
    let renewed: Date | null = null
    const engine = interrupted(stage, async (lease) => {
      await db.operation.update({ where: { id: lease.operationId }, data: { leaseExpiresAt: soon } })
      await engine.store.renew(lease)
      renewed = (await read(stage, operation)).leaseExpiresAt
    })
    await advanceOperation(engine, operation.id)
    expect(renewed).toSatisfy((at: Date) => at > soon)
    expect(stage.effects('server.created')).toBe(1)
  })
})

describe('an order during whose last reads safe mode has begun', () => {
  it('is not sent, and waits for its end', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    const begin = () => stage.services.db.panelIdentity.create({ data: { id: 'default', origin: stage.simulator.url, safeModeSince: new Date() } })
    await advanceOperation(interrupted(stage, begin), operation.id)
    expect(stage.effects('server.created')).toBe(0)
    expect(await read(stage, operation)).toMatchObject({ step: 'intend', state: 'waiting', diagnosis: { code: 'safe_mode' }, ownerLock: null })
    expect(await countCreates(stage, operation)).toBe(0)
  })
})
