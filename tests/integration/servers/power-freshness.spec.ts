import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../../../server/context.ts'
import { getOwnServer } from '../../../server/domains/servers/get-own-server.ts'
import { getServer } from '../../../server/domains/servers/get-server.ts'
import { observeServer } from '../../../server/engine/observe-job.ts'
import { serverPart } from '../../../server/engine/sweep/store-servers.ts'
import { openStage } from '../engine/support.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from './stock.ts'

let services: TestServices
let stock: ReturnType<typeof stockOf>
let call: Call
beforeAll(async () => {
  services = await createTestServices()
  stock = stockOf(services)
  call = callAs(services, await stock.admin())
})
afterAll(() => services.close())

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

async function scene(fields: Parameters<typeof stock.server>[2] = {}) {
  const customer = await stock.customer()
  const server = await stock.server(customer, await stock.plan(), fields)
  return { server, own: callAs(services, customer) }
}

const looksAt = async (serverId: string) => (await services.db.$queryRaw<unknown[]>`select 1 from graphile_worker.jobs where key = ${`observe:${serverId}`}`).length

describe('the power that a server reads as', () => {
  it('is unknown once the read that told it is old, although a page of the list has shown the server since', async () => {
    const readAt = minutesAgo(21)
    const { server, own } = await scene({ observedAt: readAt, powerObservedAt: readAt })
    await serverPart(services).noteSeen([server.id], new Date())
    for (const answer of [await getServer(call, server.id), await getOwnServer(own, server.id)]) {
      expect(answer).toMatchObject({ freshness: 'live', power: 'unknown', lastPower: { power: 'running', at: readAt.toISOString() } })
    }
  })

  it.each([[19, 'running'], [21, 'unknown']] as const)('of %s minutes ago is %s', async (minutes, power) => {
    const { server } = await scene({ powerObservedAt: minutesAgo(minutes) })
    expect((await getServer(call, server.id)).power).toBe(power)
  })

  it('is unknown where nobody knows when it was read', async () => {
    const { server } = await scene({ powerObservedAt: null })
    expect(await getServer(call, server.id)).toMatchObject({ power: 'unknown', lastPower: null })
  })
})

describe('looking at a server', () => {
  it('has its power read again, once however often it is looked at', async () => {
    const { server, own } = await scene({ powerObservedAt: minutesAgo(2) })
    await Promise.all([getServer(call, server.id), getOwnServer(own, server.id), getOwnServer(own, server.id)])
    expect(await looksAt(server.id)).toBe(1)
  })

  it.each([
    ['its power was read a moment ago', {}],
    ['the panel does not have it yet', { lifecycle: 'provisioning', virtfusionServerId: null, virtfusionUuid: null, powerObservedAt: null }],
    ['the panel has it no more', { vanishedAt: new Date(), powerObservedAt: null }],
    ['it is deleted', { lifecycle: 'deleted', powerObservedAt: null }],
  ] as const)('asks for nothing when %s', async (_, fields) => {
    const { server } = await scene(fields)
    await getServer(call, server.id)
    expect(await looksAt(server.id)).toBe(0)
  })

  it('does not ask again within a minute what the panel could not tell', async () => {
    const stage = await openStage()
    const worker = stage.startWorker()
    const { id } = await stage.activeServer()
    await worker.stop()
    await observeServer(stage.services, id)
    await stage.services.db.server.update({ where: { id }, data: { powerObservedAt: null } })
    const jobs = () => stage.services.db.$queryRaw<unknown[]>`select 1 from graphile_worker.jobs where key = ${`observe:${id}`}`
    await getServer(stage.admin, id)
    expect(await jobs()).toEqual([])

    stage.services.now = () => new Date(Date.now() + 61_000)
    await getServer({ ...stage.admin, now: stage.services.now }, id)
    expect(await jobs()).toHaveLength(1)
  })
})
