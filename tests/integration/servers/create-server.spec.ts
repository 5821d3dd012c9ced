import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AcceptedSchema } from '../../../shared/schemas/servers.ts'
import { createServer } from '../../../server/domains/servers/create-server.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from './stock.ts'

let services: TestServices
let stock: ReturnType<typeof stockOf>
beforeAll(async () => {
  services = await createTestServices()
  stock = stockOf(services)
})
afterAll(() => services.close())

async function scene() {
  const [admin, customer, plan] = await Promise.all([stock.admin(), stock.customer(), stock.plan()])
  return { call: callAs(services, admin), customer, plan, order: { customerId: customer.id, planId: plan.id } }
}

describe('createServer', () => {
  it('makes a row, its create operation, a job and an audit line, and answers in the form of the contract', async () => {
    const { call, order, customer } = await scene()
    const accepted = await createServer(call, { ...order, hostname: 'web-1.example.com', operatingSystemId: 3 }, null)

    expect(AcceptedSchema.parse(accepted)).toEqual(accepted)
    expect(accepted.server).toMatchObject({ lifecycle: 'provisioning', freshness: 'unknown', name: accepted.server.reference, hostname: 'web-1.example.com', customer: { id: customer.id } })
    expect(accepted.server.reference).toMatch(/^vps-[2-9a-hjkmnp-z]{5}$/)
    expect(accepted.operation).toMatchObject({ kind: 'create', state: 'queued', serverId: accepted.server.id, actor: { name: call.user.name } })
    expect(accepted.server.operation?.id).toBe(accepted.operation.id)

    const jobs = await services.db.$queryRaw<{ key: string }[]>`select key from graphile_worker.jobs where key like ${`%${accepted.operation.id}%`}`
    expect(jobs).toHaveLength(1)
    const audit = await services.db.auditEvent.findMany({ where: { entityId: accepted.server.id } })
    expect(audit.map((event) => event.action)).toEqual(['server.created'])
  })

  it('freezes the plan into the operation, so that a later change of the plan does not reach the order', async () => {
    const { call, order, plan } = await scene()
    const { operation } = await createServer(call, order, null)
    await services.db.plan.update({ where: { id: plan.id }, data: { features: { virtfusion_package_id: 99, virtfusion_user_id: 9, virtfusion_hypervisor_id: 9 } } })
    const row = await services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })
    expect(row.memory).toMatchObject({ order: { features: { virtfusion_package_id: 1 } } })
  })

  it('answers 64 identical requests at once with one server and one operation', async () => {
    const { call, order } = await scene()
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 64 }, () => createServer(call, order, key)))
    expect(new Set(answers.map((answer) => answer.operation.id)).size).toBe(1)
    expect(new Set(answers.map((answer) => answer.server.id)).size).toBe(1)
    expect(await services.db.server.count({ where: { customerId: order.customerId } })).toBe(1)
    expect(await services.db.auditEvent.count({ where: { entityId: answers[0]?.server.id ?? '' } })).toBe(1)
  })

  it('refuses the same key for another order, and makes nothing', async () => {
    const { call, order } = await scene()
    const key = randomUUID()
    await createServer(call, order, key)
    await expect(createServer(call, { ...order, name: 'other' }, key)).rejects.toMatchObject({ code: 'conflict', reason: 'idempotency_key_reused' })
    expect(await services.db.server.count({ where: { customerId: order.customerId } })).toBe(1)
  })

  it('keeps the keys of two people apart', async () => {
    const { call, order } = await scene()
    const key = randomUUID()
    const first = await createServer(call, order, key)
    const second = await createServer(callAs(services, await stock.admin()), order, key)
    expect(second.server.id).not.toBe(first.server.id)
  })

  it.each([
    ['an unknown customer', async () => ({ customerId: randomUUID() }), 'customerId'],
    ['an admin as customer', async () => ({ customerId: (await stock.admin()).id }), 'customerId'],
    ['a customer who is switched off', async () => ({ customerId: (await stock.customer({ disabledAt: new Date() })).id }), 'customerId'],
    ['an unknown plan', async () => ({ planId: randomUUID() }), 'planId'],
    ['a plan that is switched off', async () => ({ planId: (await stock.plan({ isActive: false })).id }), 'planId'],
  ])('refuses %s at its field, and makes no row', async (_, change, field) => {
    const { call, order } = await scene()
    const before = await services.db.server.count()
    await expect(createServer(call, { ...order, ...await change() }, null)).rejects.toMatchObject({ code: 'invalid_input', fields: { [field]: expect.any(String) } })
    expect(await services.db.server.count()).toBe(before)
  })

  it('refuses a plan whose features are broken, naming the key', async () => {
    const { call, order } = await scene()
    const plan = await stock.plan({ features: { virtfusion_package_id: 1, virtfusion_user_id: 1 } })
    await expect(createServer(call, { ...order, planId: plan.id }, null)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('virtfusion_hypervisor_id') })
  })
})
