import { beforeEach, describe, expect, it } from 'vitest'
import { findBreaches } from '../../../server/engine/invariants/find-breaches.ts'
import { createInvariantWatch } from '../../../server/engine/invariants/watch-invariants.ts'
import { Prisma, type Operation, type Server } from '../../../server/generated/prisma/client.ts'
import { openStage, type Stage } from './support.ts'

/** A stage whose order got its server. What a test does to its rows is taken back, for each test ends with rules that are kept. */
let stage: Stage
let server: Server
let order: Operation

beforeEach(async () => {
  stage = await openStage()
  stage.startWorker()
  server = await stage.activeServer()
  order = await stage.services.db.operation.findFirstOrThrow({ where: { serverId: server.id } })
})

const breaches = async () => (await findBreaches(stage.services.db)).map(({ rule, operationId }) => ({ rule, operationId }))
const attempt = (data: Partial<Prisma.ProvisioningLogUncheckedCreateInput>) => stage.services.db.provisioningLog.create({
  data: { operationId: order.id, serverId: server.id, action: 'servers.create', method: 'POST', path: '/servers', effect: 'unknown', completedAt: new Date(), ...data },
})
const forget = (id: string) => stage.services.db.provisioningLog.delete({ where: { id } })

describe('the watch over our own rules', () => {
  it('finds nothing wrong with an order that got its server, a suspension, a restart and a reinstallation', async () => {
    for (const kind of ['suspend', 'unsuspend', 'restart', 'rebuild'] as const) {
      await stage.until((await stage.ask(server.id, kind, kind === 'rebuild' ? { operatingSystemId: 1 } : {})).id, 'succeeded')
    }
    expect(await breaches()).toEqual([])
  })

  it('finds two creates of one order whose outcome is open', async () => {
    const open = [await attempt({ completedAt: null }), await attempt({ completedAt: null })]
    expect(await breaches()).toContainEqual({ rule: 'sent_twice_at_once', operationId: order.id })
    for (const { id } of open) await forget(id)
  })

  it('finds an order that was sent again although nobody had settled the first request, and is content once a fence has', async () => {
    const { id } = await attempt({})
    expect(await breaches()).toEqual([{ rule: 'sent_again_unsettled', operationId: order.id }])
    await forget(id)
  })

  it('finds an order that counts as failed although its request may have had an effect', async () => {
    const { db } = stage.services
    await db.server.update({ where: { id: server.id }, data: { virtfusionServerId: null } })
    await db.operation.update({ where: { id: order.id }, data: { state: 'failed' } })
    expect(await breaches()).toEqual([{ rule: 'failed_unsettled', operationId: order.id }])
    await db.operation.update({ where: { id: order.id }, data: { state: 'succeeded' } })
  })

  it('finds an installation on a server that was handed over before, unless it was asked for', async () => {
    const { id } = await stage.until((await stage.ask(server.id, 'suspend')).id, 'succeeded')
    const build = await attempt({ operationId: id, action: 'servers.build', path: `/servers/${server.virtfusionServerId}/build`, effect: 'done' })
    expect(await breaches()).toEqual([{ rule: 'built_over_delivered', operationId: id }])
    await forget(build.id)
  })

  it('finds what was sent in safe mode', async () => {
    const { db } = stage.services
    await db.panelIdentity.updateMany({ data: { safeModeSince: new Date(Date.now() - 3 * 60_000) } })
    expect(await breaches()).toContainEqual({ rule: 'changed_in_safe_mode', operationId: order.id })
    await db.panelIdentity.updateMany({ data: { safeModeSince: null } })
  })

  it('finds a request whose outcome was never written down, once its operation is over for ten minutes', async () => {
    const { db } = stage.services
    const { id } = await attempt({ action: 'servers.build', method: 'POST', completedAt: null })
    expect(await breaches()).toEqual([])
    await db.operation.update({ where: { id: order.id }, data: { finishedAt: new Date(Date.now() - 11 * 60_000) } })
    expect(await breaches()).toEqual([{ rule: 'left_without_outcome', operationId: order.id }])
    await forget(id)
  })

  it.each([
    ['a line was changed', Prisma.sql`update operation_events set params = '{"virtfusionServerId": 4711}' where code = 'bound'`, Prisma.sql`update operation_events set params = '{"virtfusionServerId": 101}' where code = 'bound'`],
    ['a line is missing', Prisma.sql`update operation_events set previous_hash = 'another' where code = 'bound'`, null],
  ])('finds a timeline in which %s', async (_what, change, undo) => {
    const { db } = stage.services
    const { previousHash } = await db.operationEvent.findFirstOrThrow({ where: { code: 'bound' } })
    await db.$executeRaw(change)
    expect(await breaches()).toEqual([{ rule: 'timeline_broken', operationId: order.id }])
    await db.$executeRaw(undo ?? Prisma.sql`update operation_events set previous_hash = ${previousHash} where code = 'bound'`)
  })

  it('tells every admin once, with the way to the operation', async () => {
    const { db } = stage.services
    const { id } = await attempt({})
    const watch = createInvariantWatch(stage.services)
    await watch.look()
    await watch.look()
    // Another process has a memory of its own.
    await createInvariantWatch(stage.services).look()
    expect(await db.notification.findMany({ where: { code: 'invariant_broken' } })).toMatchObject([
      { userId: stage.admin.user.id, level: 'error', link: `/admin/operations/${order.id}`, params: { rule: 'sent_again_unsettled', reference: server.reference } },
    ])
    await forget(id)
  })
})
