import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Call } from '../../../server/context.ts'
import { createPlan } from '../../../server/domains/plans/create-plan.ts'
import { deletePlan } from '../../../server/domains/plans/delete-plan.ts'
import { getPlan } from '../../../server/domains/plans/get-plan.ts'
import { listPlans } from '../../../server/domains/plans/list-plans.ts'
import { updatePlan } from '../../../server/domains/plans/update-plan.ts'
import { listAuditEvents } from '../../../server/domains/audit/list-audit-events.ts'
import type { Lifecycle } from '../../../server/generated/prisma/client.ts'
import { callAsAdmin } from '../settings/admin.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const features = { virtfusion_package_id: 1, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1 }

let services: TestServices
let call: Call

beforeAll(async () => {
  services = await createTestServices()
  call = await callAsAdmin(services)
})
beforeEach(async () => {
  await services.db.server.deleteMany()
  await services.db.plan.deleteMany()
  await services.db.user.updateMany({ data: { virtfusionUserId: null } })
})
afterAll(() => services.close())

const make = (name: string) => createPlan(call, { name, description: '', isActive: true, features })

async function addServer(planId: string, lifecycle: Lifecycle): Promise<void> {
  const customer = await services.db.user.upsert({ where: { email: 'c@example.com' }, create: { email: 'c@example.com', name: 'C', role: 'customer' }, update: {} })
  await services.db.server.create({ data: { reference: `vps-${crypto.randomUUID().slice(0, 5)}`, name: 'web', customerId: customer.id, planId, lifecycle } })
}

const addLinkedCustomer = () => services.db.user.upsert({
  where: { email: 'linus@example.com' }, create: { email: 'linus@example.com', name: 'Linus', role: 'customer', virtfusionUserId: 12 }, update: { virtfusionUserId: 12 },
})

describe('createPlan', () => {
  it('keeps feature keys that Berth does not know', async () => {
    const plan = await createPlan(call, { name: 'Keys', description: 'd', isActive: false, features: { ...features, virtfusion_future: [1] } })
    expect(plan).toMatchObject({ name: 'Keys', isActive: false, serverCount: 0, lastCheck: null, features: { ...features, virtfusion_future: [1] } })
    expect(await services.db.auditEvent.findFirst({ where: { entityId: plan.id } })).toMatchObject({ action: 'plan.created', actorName: 'Ada Admin', entityName: 'Keys' })
  })

  it('refuses a name that another plan has, on the field of the name', async () => {
    await make('Small')
    await expect(make('Small')).rejects.toMatchObject({ status: 400, fields: { name: expect.any(String) } })
    expect(await services.db.plan.count()).toBe(1)
  })

  it('refuses a customer\'s own panel user as the owner of everybody\'s servers, on the field of the owner', async () => {
    await addLinkedCustomer()
    await expect(createPlan(call, { name: 'Shared', description: '', isActive: true, features: { ...features, virtfusion_user_id: 12 } })).rejects.toMatchObject({
      status: 400, fields: { 'features.virtfusion_user_id': expect.stringContaining('Linus') },
    })
    expect(await services.db.plan.count()).toBe(0)
  })
})

describe('updatePlan', () => {
  it('changes what is given and leaves the rest', async () => {
    const { id } = await make('Before')
    expect(await updatePlan(call, id, { isActive: false })).toMatchObject({ name: 'Before', isActive: false, features })
    expect(await services.db.auditEvent.findFirst({ where: { entityId: id, action: 'plan.updated' } })).toMatchObject({ before: { isActive: true }, after: { isActive: false } })
  })

  it('drops the last check with other features, and keeps it with the same', async () => {
    const { id } = await make('Checked')
    await services.db.plan.update({ where: { id }, data: { lastCheck: { ok: true, checkedAt: '2026-01-01T00:00:00.000Z', diagnosis: null } } })
    expect((await updatePlan(call, id, { name: 'Checked 2', features })).lastCheck).toMatchObject({ ok: true })
    expect((await updatePlan(call, id, { features: { ...features, virtfusion_memory: 512 } })).lastCheck).toBeNull()
  })

  it('refuses what goes by an older version, and overwrites nothing', async () => {
    const { id, updatedAt } = await make('Before')
    await updatePlan(call, id, { features: { ...features, virtfusion_memory: 512 } })
    await expect(updatePlan(call, id, { features: { ...features, virtfusion_storage: 40 }, updatedAt })).rejects.toMatchObject({ status: 409, reason: 'plan_changed' })
    const now = await getPlan(call, id)
    expect(now).toMatchObject({ features: { virtfusion_memory: 512 } })
    expect(await updatePlan(call, id, { name: 'After', updatedAt: now.updatedAt })).toMatchObject({ name: 'After', features: { virtfusion_memory: 512 } })
  })

  it('takes the same change a second time, for the answer to the first may have been lost', async () => {
    const { id, updatedAt } = await make('Before')
    await updatePlan(call, id, { name: 'After', updatedAt })
    expect(await updatePlan(call, id, { name: 'After', updatedAt })).toMatchObject({ name: 'After' })
  })

  it('lets one of two who save at the same moment win, and tells the other', async () => {
    const { id, updatedAt } = await make('Before')
    const saved = await Promise.allSettled(['Mine', 'Yours'].map((name) => updatePlan(call, id, { name, updatedAt })))
    expect(saved.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('refuses a customer\'s own panel user as a new owner, and lets a plan be mended that has one since before', async () => {
    const { id } = await make('Shared')
    await addLinkedCustomer()
    const bad = { ...features, virtfusion_user_id: 12 }
    await expect(updatePlan(call, id, { features: bad })).rejects.toMatchObject({ fields: { 'features.virtfusion_user_id': expect.stringContaining('Linus') } })
    await services.db.plan.update({ where: { id }, data: { features: bad } })
    expect(await updatePlan(call, id, { features: { ...bad, virtfusion_memory: 512 } })).toMatchObject({ features: { virtfusion_memory: 512 } })
  })

  it('refuses a taken name and an unknown id', async () => {
    await make('One')
    const { id } = await make('Two')
    await expect(updatePlan(call, id, { name: 'One' })).rejects.toMatchObject({ fields: { name: expect.any(String) } })
    await expect(updatePlan(call, crypto.randomUUID(), { name: 'X' })).rejects.toMatchObject({ status: 404 })
  })
})

describe('deletePlan', () => {
  it('removes a plan that nothing was made from', async () => {
    const { id } = await make('Unused')
    await deletePlan(call, id)
    await expect(getPlan(call, id)).rejects.toMatchObject({ status: 404 })
    expect(await services.db.auditEvent.findFirst({ where: { entityId: id, action: 'plan.deleted' } })).toMatchObject({ entityName: 'Unused', before: { name: 'Unused' } })
    // What was done to it before leads nowhere either.
    const kept = await make('Kept')
    const { items } = await listAuditEvents(call, { entity: 'plan', limit: 200 })
    expect(items.filter(({ entityId }) => entityId === id).map(({ action, isGone }) => [action, isGone])).toEqual([['plan.deleted', true], ['plan.created', true]])
    expect(items.find(({ entityId }) => entityId === kept.id)).toMatchObject({ isGone: false })
  })

  it.each<Lifecycle>(['provisioning', 'active', 'deleting', 'failed'])('is refused with the number of servers while one is %s', async (lifecycle) => {
    const { id } = await make('Used')
    await addServer(id, lifecycle)
    await addServer(id, 'active')
    await expect(deletePlan(call, id)).rejects.toMatchObject({ status: 409, reason: 'plan_in_use', message: expect.stringContaining('2 servers use') })
    expect((await getPlan(call, id)).serverCount).toBe(2)
  })

  it('does not advise to switch off what is off', async () => {
    const { id } = await make('Off')
    await updatePlan(call, id, { isActive: false })
    await addServer(id, 'active')
    await expect(deletePlan(call, id)).rejects.toMatchObject({ message: '1 server uses this plan. It is switched off already, so nobody can order it, and its servers keep running.' })
  })

  it('is refused while only records of deleted servers name it, which do not count as its servers', async () => {
    const { id } = await make('History')
    await addServer(id, 'deleted')
    expect((await getPlan(call, id)).serverCount).toBe(0)
    await expect(deletePlan(call, id)).rejects.toMatchObject({ status: 409, reason: 'plan_in_history' })
  })
})

describe('listPlans', () => {
  it('pages newest first without gaps or repeats', async () => {
    for (const name of ['A', 'B', 'C', 'D', 'E']) await make(name)
    const first = await listPlans(call, { limit: 2 })
    const second = await listPlans(call, { limit: 2, cursor: first.nextCursor ?? '' })
    const third = await listPlans(call, { limit: 2, cursor: second.nextCursor ?? '' })
    expect([first, second, third].flatMap(({ items }) => items.map(({ name }) => name))).toEqual(['E', 'D', 'C', 'B', 'A'])
    expect(third.nextCursor).toBeNull()
  })

  it('finds by a part of the name in any case, and by whether it is offered', async () => {
    await make('VPS Small')
    const { id } = await make('VPS Large')
    await updatePlan(call, id, { isActive: false })
    expect((await listPlans(call, { limit: 50, search: 'small' })).items.map(({ name }) => name)).toEqual(['VPS Small'])
    expect((await listPlans(call, { limit: 50, isActive: false })).items.map(({ name }) => name)).toEqual(['VPS Large'])
    expect((await listPlans(call, { limit: 50, search: '%' })).items).toHaveLength(0)
  })
})
