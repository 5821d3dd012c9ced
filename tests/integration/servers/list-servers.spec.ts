import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SERVER_STATES, describeState } from '../../../shared/lifecycle/servers.ts'
import { AdminServerListSchema, AdminServerQuerySchema, CustomerServerListSchema } from '../../../shared/schemas/servers.ts'
import type { Call } from '../../../server/context.ts'
import { countByState } from '../../../server/domains/servers/count-by-state.ts'
import { getOwnServer } from '../../../server/domains/servers/get-own-server.ts'
import { getServer } from '../../../server/domains/servers/get-server.ts'
import { listOwnServers } from '../../../server/domains/servers/list-own-servers.ts'
import { listServers } from '../../../server/domains/servers/list-servers.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'
import { stockOf } from './stock.ts'

let services: TestServices
let stock: ReturnType<typeof stockOf>
let call: Call
beforeAll(async () => {
  services = await createTestServices()
  stock = stockOf(services)
  call = callAs(services, await stock.admin({ name: 'Ana' }))
})
afterAll(() => services.close())

const list = (query: Record<string, unknown> = {}) => listServers(call, AdminServerQuerySchema.parse(query))

/** One server of every combination of facts that the words are made of. */
async function everyServer() {
  const [customer, plan] = await Promise.all([stock.customer(), stock.plan()])
  const now = new Date()
  for (const lifecycle of ['provisioning', 'active', 'deleting', 'deleted', 'failed'] as const) {
    for (const vanishedAt of [null, now]) {
      for (const deletionDueAt of [null, now]) {
        for (const suspendedAt of [null, now]) {
          for (const observedAt of [null, now]) {
            for (const state of [null, 'needs_attention', 'failed', 'running'] as const) {
              const server = await stock.server(customer, plan, { lifecycle, vanishedAt, deletionDueAt, deletionRequestedAt: deletionDueAt, suspendedAt, observedAt })
              if (state) await stock.operation(server, { state })
            }
          }
        }
      }
    }
  }
  return plan
}

describe('listServers', () => {
  it('finds under each word exactly the servers that describeState calls so, and counts the same', async () => {
    const plan = await everyServer()
    const before = await countByState(services.db)
    let total = 0
    for (const state of SERVER_STATES) {
      const { items } = await list({ state, planId: plan.id, limit: 200 })
      expect(items.map((server) => describeState(server)), state).toEqual(items.map(() => state))
      expect(items.length, state).toBeGreaterThan(0)
      expect(before[state], state).toBe(items.length)
      total += items.length
    }
    expect(total).toBe(await services.db.server.count({ where: { planId: plan.id } }))
  })

  it('pages by key without a gap or a repeat, also where many rows share a millisecond', async () => {
    const [customer, plan] = await Promise.all([stock.customer(), stock.plan()])
    const createdAt = new Date('2026-01-02T03:04:05.678Z')
    for (let n = 0; n < 25; n++) await stock.server(customer, plan, { createdAt: n < 20 ? createdAt : new Date() })
    const seen: string[] = []
    for (let cursor: string | undefined; ;) {
      const page = AdminServerListSchema.parse(await list({ customerId: customer.id, limit: 7, ...(cursor ? { cursor } : {}) }))
      seen.push(...page.items.map((server) => server.id))
      if (!page.nextCursor) break
      cursor = page.nextCursor
    }
    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
  })

  it('searches name, reference, hostname, address, customer and the number at the panel', async () => {
    const [customer, plan] = await Promise.all([stock.customer({ name: 'Beatrix Kiddo' }), stock.plan()])
    const server = await stock.server(customer, plan, { name: 'Pai Mei', hostname: 'crane.example.net', ipv4: ['198.18.7.9'], virtfusionServerId: 987_654 })
    for (const search of ['pai', server.reference, 'CRANE', '198.18.7.9', 'beatrix', customer.email, '987654']) {
      const { items } = await list({ search })
      expect(items.map((item) => item.id), search).toEqual([server.id])
    }
    expect((await list({ search: 'nothing like this' })).items).toEqual([])
    expect((await list({ search: '%' })).items).toEqual([])
  })

  it('leaves deleted servers out unless they are asked for', async () => {
    const [customer, plan] = await Promise.all([stock.customer(), stock.plan()])
    await stock.server(customer, plan, { lifecycle: 'deleted' })
    expect((await list({ customerId: customer.id })).items).toHaveLength(0)
    expect((await list({ customerId: customer.id, state: 'deleted' })).items).toHaveLength(1)
  })

  it('reads a page in the same number of queries however long it is', async () => {
    const [customer, plan] = await Promise.all([stock.customer(), stock.plan()])
    for (let n = 0; n < 30; n++) await stock.operation(await stock.server(customer, plan), { state: n % 2 ? 'failed' : 'running' })
    const queries = vi.spyOn(services.database.pool, 'query')
    const count = async (limit: number) => {
      queries.mockClear()
      await list({ customerId: customer.id, limit })
      return queries.mock.calls.length
    }
    expect(await count(2)).toBeGreaterThan(0)
    expect(await count(30)).toBe(await count(2))
  })
})

describe('the shown operation', () => {
  it('is the active one; else the last that failed, until something succeeds after it; never a deletion that waits for its day', async () => {
    const server = await stock.server(await stock.customer(), await stock.plan())
    const shown = async () => (await getServer(call, server.id)).operation?.id ?? null
    expect(await shown()).toBeNull()
    const failed = await stock.operation(server, { state: 'failed', createdAt: new Date(1000), diagnosis: { code: 'verify_timeout', params: {} } })
    expect(await shown()).toBe(failed.id)
    const active = await stock.operation(server, { state: 'waiting', createdAt: new Date(500) })
    expect(await shown()).toBe(active.id)
    await services.db.operation.update({ where: { id: active.id }, data: { state: 'succeeded', createdAt: new Date(2000) } })
    expect(await shown()).toBeNull()
    await stock.operation(server, { kind: 'delete', step: 'scheduled', state: 'waiting' })
    expect(await shown()).toBeNull()
  })
})

describe('a customer', () => {
  it('lists the own servers only, with nothing of the panel and nobody of the staff', async () => {
    const [mine, other, plan] = await Promise.all([stock.customer(), stock.customer(), stock.plan()])
    const server = await stock.server(mine, plan, { suspendedAt: new Date(), suspendedById: call.user.id, suspensionReason: 'unpaid' })
    await stock.operation(server, { state: 'failed', actorKind: 'person', actorId: call.user.id, diagnosis: { code: 'tls_expired', params: {} } })
    await stock.server(other, plan)
    const page = await listOwnServers(callAs(services, mine), { limit: 50 })
    expect(CustomerServerListSchema.parse(page)).toEqual(page)
    expect(page.items.map((item) => item.id)).toEqual([server.id])
    const text = JSON.stringify(page)
    for (const secret of ['virtfusion', 'Ana', 'tls', call.user.id, String(server.virtfusionServerId), server.virtfusionUuid ?? '']) expect(text).not.toContain(secret)
    expect(page.items[0]?.suspension).toMatchObject({ reason: 'unpaid' })
  })

  it('learns of a server that the panel has lost that something is wrong, and no more', async () => {
    const mine = await stock.customer()
    const server = await stock.server(mine, await stock.plan(), { vanishedAt: new Date() })
    const seen = await getOwnServer(callAs(services, mine), server.id)
    expect(seen).toMatchObject({ isMissing: true, canSignInAtPanel: false })
    expect(describeState(seen)).toBe('needs_attention')
    expect(seen).not.toHaveProperty('vanishedAt')
  })

  it('reads of an operation who asked, how often it was tried, its steps and whose turn it is: staff without a name, and the panel not at all', async () => {
    const mine = await stock.customer({ name: 'Anna Berg' })
    const server = await stock.server(mine, await stock.plan())
    const shown = async () => (await getOwnServer(callAs(services, mine), server.id)).operation
    const secrets = { setting: 'VIRTFUSION_API_TOKEN', params: { permission: 'servers.power' } }

    await stock.operation(server, { kind: 'boot', state: 'failed', step: 'send', attempt: 5, maxAttempts: 5, actorKind: 'person', actorId: mine.id, diagnosis: { code: 'forbidden', ...secrets }, createdAt: new Date(1000) })
    const failed = await shown()
    expect(failed).toMatchObject({
      attempt: 5, maxAttempts: 5, actor: { kind: 'customer', name: 'Anna Berg' },
      diagnosis: { code: 'boot_failed', title: 'Your server could not be started', fix: 'Write to the support of your host.' },
      steps: [{ name: 'check', status: 'done' }, { name: 'send', label: 'Carry it out', status: 'failed' }, { name: 'verify', status: 'pending' }],
    })
    expect(JSON.stringify(failed)).not.toMatch(/forbidden|virtfusion|permission|panel/i)

    const create = await stock.operation(server, { kind: 'create', state: 'needs_attention', step: 'settle', actorKind: 'person', actorId: call.user.id, diagnosis: { code: 'effect_unknown', ...secrets }, memory: { ownerId: 4_711, baseline: [81_001] } })
    const undecided = await shown()
    expect(undecided).toMatchObject({ step: 'send', actor: { kind: 'staff', name: null }, diagnosis: { code: 'with_host' } })
    expect(undecided?.steps.map(({ name, status }) => [name, status])).toEqual([['prepare', 'done'], ['send', 'failed'], ['await_install', 'pending'], ['confirm', 'pending']])
    expect(JSON.stringify(undecided)).not.toMatch(/effect_unknown|virtfusion|permission|panel|settle|4711|81001|Ana\b/i)

    await services.db.operation.update({ where: { id: create.id }, data: { state: 'running', actorKind: 'system', actorId: null } })
    expect(await shown()).toMatchObject({ actor: { kind: 'system', name: 'Berth' }, diagnosis: null })
  })

  it('gets the same answer for a foreign id as for one that does not exist', async () => {
    const [mine, other, plan] = await Promise.all([stock.customer(), stock.customer(), stock.plan()])
    const foreign = await stock.server(other, plan)
    const errors = await Promise.all([foreign.id, randomUUID()].map((id) => getOwnServer(callAs(services, mine), id).catch((error: Error) => ({ ...error, message: error.message }))))
    expect(errors[0]).toEqual(errors[1])
    expect(errors[0]).toMatchObject({ code: 'not_found' })
  })
})

describe('freshness', () => {
  it.each([[null, 'unknown'], [19, 'live'], [21, 'stale']] as const)('of an observation %s minutes ago is %s', async (minutes, freshness) => {
    const observedAt = minutes === null ? null : new Date(Date.now() - minutes * 60_000)
    const server = await stock.server(await stock.customer(), await stock.plan(), { observedAt })
    expect((await getServer(call, server.id)).freshness).toBe(freshness)
  })
})
