import { describe, expect, it } from 'vitest'
import { askOperation } from '../../../server/domains/operations/ask-operation.ts'
import { openStage } from '../engine/support.ts'

const PATIENT = { maxWait: 15_000, timeout: 15_000 }

describe('asking for an operation', () => {
  it('makes one operation, one event and one job out of 64 identical requests at once', async () => {
    const stage = await openStage()
    const { db } = stage.services
    const { server } = await stage.order()
    await db.operation.deleteMany()
    await db.$executeRaw`delete from graphile_worker._private_jobs`
    const asked = await Promise.all(Array.from({ length: 64 }, () => db.$transaction((tx) =>
      askOperation(tx, stage.admin, { serverId: server.id, kind: 'suspend', input: { reason: 'Unpaid' }, idempotencyKey: 'one-click' }), PATIENT)))
    expect(new Set(asked.map(({ operation }) => operation.id)).size).toBe(1)
    expect(asked.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(await db.operation.count()).toBe(1)
    expect(await db.operationEvent.count()).toBe(1)
    expect(await db.$queryRaw`select count(*)::int as jobs from graphile_worker._private_jobs`).toEqual([{ jobs: 1 }])
  })

  it('refuses a second operation of the same server, and names the one that runs', async () => {
    const stage = await openStage()
    const { server } = await stage.order()
    await expect(stage.ask(server.id, 'suspend')).rejects.toMatchObject({ code: 'conflict', reason: 'operation_active', message: '"Create" is under way for this server. Wait until it is finished.' })
  })

  it('refuses a key that stands for another request, whatever the order of its input\'s keys', async () => {
    const stage = await openStage()
    const { db } = stage.services
    const { server } = await stage.order()
    await db.operation.deleteMany()
    const ask = (input: object) => db.$transaction((tx) => askOperation(tx, stage.admin, { serverId: server.id, kind: 'rebuild', input: { ...input }, idempotencyKey: 'k' }))
    const first = await ask({ operatingSystemId: 1, note: 'a' })
    expect((await ask({ note: 'a', operatingSystemId: 1 })).operation.id).toBe(first.operation.id)
    await expect(ask({ operatingSystemId: 2, note: 'a' })).rejects.toMatchObject({ reason: 'idempotency_key_reused' })
  })

  it('leaves nothing behind when the caller\'s transaction fails', async () => {
    const stage = await openStage()
    const { db } = stage.services
    const { server } = await stage.order()
    await db.operation.deleteMany()
    await db.$executeRaw`delete from graphile_worker._private_jobs`
    await expect(db.$transaction(async (tx) => {
      await askOperation(tx, stage.admin, { serverId: server.id, kind: 'boot', idempotencyKey: null })
      throw new Error('the audit row was refused')
    })).rejects.toThrow('the audit row was refused')
    expect(await db.operation.count()).toBe(0)
    expect(await db.$queryRaw`select count(*)::int as jobs from graphile_worker._private_jobs`).toEqual([{ jobs: 0 }])
  })

  it('freezes the plan into the order', async () => {
    const stage = await openStage()
    const { operation } = await stage.order()
    await stage.services.db.plan.update({ where: { id: stage.planId }, data: { features: { virtfusion_package_id: 4, virtfusion_user_id: 1, virtfusion_hypervisor_id: 2 } } })
    stage.startWorker()
    await stage.until(operation.id, 'succeeded')
    expect([...stage.simulator.control.state.servers.values()][0]).toMatchObject({ packageId: 1, ownerId: 2 })
  })
})
