import { beforeEach, describe, expect, it } from 'vitest'
import { resolveOperation } from '../../../server/domains/operations/resolve-operation.ts'
import { getServer } from '../../../server/domains/servers/get-server.ts'
import { signInAtPanel } from '../../../server/domains/servers/sign-in-at-panel.ts'
import { callAs } from '../support/services.ts'
import { openStage, RESTRICTED_TOKEN, type Stage } from './support.ts'

/** A token that may create servers and users and start a sign-in, and nothing else; each customer has a panel user of his own. */
let stage: Stage
beforeEach(async () => {
  stage = await openStage({}, { token: RESTRICTED_TOKEN })
  await stage.services.db.setting.create({ data: { group: 'virtfusion', value: { ownerMode: 'customer' } } })
})

const order = () => stage.order({ operatingSystemId: null })
const owner = async () => (await stage.services.db.user.findUniqueOrThrow({ where: { id: stage.customerId } })).virtfusionUserId
const fault = (rule: Parameters<Stage['simulator']['control']['faults']['add']>[0]) => stage.simulator.control.faults.add({ operation: 'POST /users', times: 1, ...rule })

describe('a token that may create servers, create users and sign users in', () => {
  it('makes the customer\'s user and the server, keeps both ids, and calls nothing seen that was not', async () => {
    stage.startWorker()
    const { server, operation } = await order()
    expect(await stage.until(operation.id, 'succeeded', 'failed', 'needs_attention')).toMatchObject({ state: 'succeeded', diagnosis: { code: 'accepted_unconfirmed' } })
    const row = await stage.server(server.id)
    expect(row).toMatchObject({ lifecycle: 'active', virtfusionServerId: 101, virtfusionOwnerId: await owner(), observedAt: null, power: 'unknown' })
    expect(row.ipv4).toHaveLength(1)
    expect(await getServer(stage.admin, server.id)).toMatchObject({ freshness: 'unknown' })
    expect(await stage.services.db.panelHealth.findFirst()).toMatchObject({ isReachable: true, pausedAt: null })
  })

  it('makes one user for several orders of a new customer that come at once', async () => {
    const orders = await Promise.all([order(), order(), order()])
    stage.startWorker()
    for (const { operation } of orders) expect((await stage.until(operation.id, 'succeeded', 'failed', 'needs_attention')).state).toBe('succeeded')
    expect([stage.effects('user.created'), stage.effects('server.created')]).toEqual([1, 3])
  })

  it('asks a person when the answer to making the user is lost, and orders nothing until then', async () => {
    fault({ kind: 'drop-before-effect' })
    stage.startWorker()
    const { operation } = await order()
    expect(await stage.until(operation.id, 'succeeded', 'failed', 'needs_attention')).toMatchObject({ state: 'needs_attention', diagnosis: { code: 'owner_effect_unknown' } })
    expect(stage.effects('server.created')).toBe(0)
    await resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'The panel has no such user.' })
    expect((await stage.until(operation.id, 'succeeded', 'failed')).state).toBe('succeeded')
    expect([stage.effects('user.created'), stage.effects('server.created')]).toEqual([1, 1])
  })

  it('never makes a second user after a lost answer: it names the permission with which the first is found', async () => {
    fault({ kind: 'drop-after-effect' })
    stage.startWorker()
    const { operation } = await order()
    await stage.until(operation.id, 'needs_attention')
    await resolveOperation(stage.admin, operation.id, { decision: 'retry', reason: 'Try it.' })
    expect(await stage.until(operation.id, 'succeeded', 'failed')).toMatchObject({ state: 'failed', diagnosis: { code: 'owner_not_readable' } })
    expect([stage.effects('user.created'), stage.effects('server.created')]).toEqual([1, 0])
  })

  it('takes an attempt that an ended process never completed for made', async () => {
    const { db } = stage.services
    const { operation, server } = await order()
    await db.operation.update({ where: { id: operation.id }, data: { state: 'running', leaseToken: 1n, leaseExpiresAt: new Date(Date.now() - 1_000) } })
    await db.provisioningLog.create({ data: { operationId: operation.id, serverId: server.id, action: 'users.create', method: 'POST', path: '/users' } })
    stage.startWorker()
    expect(await stage.until(operation.id, 'succeeded', 'failed', 'needs_attention')).toMatchObject({ state: 'needs_attention', diagnosis: { code: 'owner_effect_unknown' } })
    expect(stage.effects('user.created')).toBe(0)
  })

  it.each([
    ['boot', { code: 'forbidden', params: { operation: 'servers.boot' } }],
    ['suspend', { code: 'forbidden', params: { operation: 'servers.suspend' } }],
    ['delete', { code: 'delete_needs_reading' }],
  ] as const)('says of %s which permission is missing, and leaves the server as it is', async (kind, diagnosis) => {
    stage.startWorker()
    const { server, operation } = await order()
    await stage.until(operation.id, 'succeeded')
    const failed = await stage.until((await stage.ask(server.id, kind)).id, 'succeeded', 'failed', 'needs_attention')
    expect(failed).toMatchObject({ state: 'failed', diagnosis })
    expect(await stage.server(server.id)).toMatchObject({ lifecycle: 'active', suspendedAt: null })
  })

  it('lets the customer in at his account, because landing on the server takes another permission', async () => {
    stage.startWorker()
    const { server, operation } = await order()
    await stage.until(operation.id, 'succeeded')
    const customer = await stage.services.db.user.findUniqueOrThrow({ where: { id: stage.customerId } })
    const { url } = await signInAtPanel(callAs(stage.services, { ...customer, role: 'customer' }), server.id)
    expect(new URL(url).origin).toBe(stage.simulator.url)
    // The worker's own looks at the panel go on meanwhile.
    expect(stage.simulator.control.ledger.calls.findLast(({ operation }) => !operation.startsWith('GET'))?.operation).toBe('POST /users/{ext}/authenticationTokens')
  })
})
