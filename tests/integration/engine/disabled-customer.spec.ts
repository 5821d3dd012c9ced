import { describe, expect, it } from 'vitest'
import { updateCustomer } from '../../../server/domains/customers/update-customer.ts'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { getServer } from '../../../server/domains/servers/get-server.ts'
import { openStage, useThrowAwayUsers, waitFor, type Stage } from './support.ts'

const setDisabled = (stage: Stage, isDisabled: boolean) => updateCustomer(stage.admin, stage.customerId, { isDisabled })
const notices = async (stage: Stage, userId: string) => (await stage.services.db.notification.findMany({ where: { userId }, orderBy: { createdAt: 'asc' } })).map(({ code }) => code)
const eventsOf = async (stage: Stage, operationId: string) => (await stage.services.db.operationEvent.findMany({ where: { operationId } })).map(({ code }) => code)

function findSuspension(stage: Stage, serverId: string) {
  return waitFor('the suspension', async () => {
    const operation = await stage.services.db.operation.findFirst({ where: { serverId, kind: 'suspend' } })
    return { value: operation, seen: 'no operation' }
  })
}

describe('an order that was not sent when its customer is switched off', () => {
  it('is not sent: it waits for a person, names the customer, and goes on once the customer is switched on', async () => {
    const stage = await openStage()
    const { operation, server } = await stage.order()
    await setDisabled(stage, true)
    stage.startWorker()
    expect(await stage.until(operation.id, 'needs_attention')).toMatchObject({ step: 'intend', ownerLock: null, diagnosis: { code: 'customer_disabled', params: { customer: 'Some customer' } } })
    expect(stage.effects('server.created')).toBe(0)
    expect(await notices(stage, stage.admin.user.id)).toEqual(['provisioning_needs_attention'])

    await setDisabled(stage, false)
    await stage.until(operation.id, 'succeeded')
    expect(await eventsOf(stage, operation.id)).toContain('customer_enabled')
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', desiredSuspended: false })
    expect(stage.effects('server.created')).toBe(1)
  })

  it('can be given up, and holds up no order of the same owner', async () => {
    const stage = await openStage()
    const { db } = stage.services
    const { operation } = await stage.order()
    const other = await stage.order()
    const neighbour = await db.user.create({ data: { email: 'neighbour@example.com', name: 'A neighbour', role: 'customer' } })
    await db.server.update({ where: { id: other.server.id }, data: { customerId: neighbour.id } })
    await setDisabled(stage, true)
    stage.startWorker()
    await stage.until(operation.id, 'needs_attention')
    await stage.until(other.operation.id, 'succeeded')
    await resolveOperation(stage.admin, operation.id, { decision: 'abandon', reason: 'Gone' })
    await setDisabled(stage, false)
    expect(await db.operation.findUniqueOrThrow({ where: { id: operation.id } })).toMatchObject({ state: 'cancelled' })
    expect(stage.effects('server.created')).toBe(1)
  })

  it('is held back even when its intent stands already', async () => {
    const stage = await openStage()
    // The list before the send is slow, and the account is switched off meanwhile.
    stage.simulator.control.faults.add({ times: 1, operation: 'GET /servers/user/{userId}', kind: 'latency', ms: 2_000 })
    stage.startWorker()
    const { operation } = await stage.order()
    await waitFor('the list', async () => ({ value: (await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).ownerLock, seen: 'no owner taken' }))
    await setDisabled(stage, true)
    await stage.until(operation.id, 'needs_attention')
    expect(stage.effects('server.created')).toBe(0)
    expect(await stage.services.db.provisioningLog.findMany({ where: { operationId: operation.id, action: 'servers.create' } })).toMatchObject([{ effect: 'none', code: 'never_sent' }])
  })
})

describe('an order that was sent when its customer is switched off', () => {
  it.each([['for its owner', false], ['for a throw-away user', true]])('%s is looked for to the end; its server is bound and suspended, and nothing is installed', async (_, isInEscrow) => {
    const stage = await openStage()
    if (isInEscrow) await useThrowAwayUsers(stage)
    stage.simulator.control.faults.add({ times: 1, operation: 'POST /servers', kind: 'drop-after-effect' })
    const looking = stage.simulator.control.faults.add({ operation: 'GET /servers/user/{userId}', kind: 'status', status: 503, nth: 2 })
    stage.startWorker()
    const { operation, server } = await stage.order()
    await waitFor('the send', async () => ({ value: (await eventsOf(stage, operation.id)).includes('effect_unknown') || null, seen: 'not sent' }))
    await setDisabled(stage, true)
    stage.simulator.control.faults.remove(looking.id)

    await stage.until(operation.id, 'succeeded')
    expect(await eventsOf(stage, operation.id)).toContain('not_installed')
    const suspension = await findSuspension(stage, server.id)
    await stage.until(suspension.id, 'succeeded')
    expect(suspension).toMatchObject({ actorKind: 'system', cause: 'customer_disabled' })
    expect(await eventsOf(stage, suspension.id)).toContain('customer_disabled')
    expect(await stage.server(server.id)).toMatchObject({ virtfusionServerId: 101, lifecycle: 'active', desiredSuspended: true, suspendedAt: expect.any(Date), suspensionReason: expect.stringContaining('switched off') })
    // What was ordered stands in the order; the server has no system, and shows none.
    expect((await getServer(stage.admin, server.id)).operatingSystem).toBeNull()
    expect(stage.simulator.control.state.servers.get(101)?.suspended).toBe(true)
    expect([stage.effects('server.created'), stage.effects('server.build-queued')]).toEqual([1, 0])
    expect(await notices(stage, stage.admin.user.id)).toContain('server_made_for_disabled')
    expect(await notices(stage, stage.customerId)).not.toContain('server_ready')
  })

  it('is suspended as well when the installation was under way', async () => {
    const stage = await openStage({}, { speed: 5 })
    stage.startWorker()
    const { operation, server } = await stage.order()
    await waitFor('the installation', async () => ({ value: (await stage.services.db.operation.findUniqueOrThrow({ where: { id: operation.id } })).step === 'await_install' || null, seen: 'not installing' }))
    await setDisabled(stage, true)
    await stage.until(operation.id, 'succeeded')
    await stage.until((await findSuspension(stage, server.id)).id, 'succeeded')
    expect(await notices(stage, stage.customerId)).not.toContain('server_ready')
  })
})
