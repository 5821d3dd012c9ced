import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProvisioningLogListSchema, ProvisioningLogQuerySchema } from '../../../shared/schemas/provisioning-logs.ts'
import type { Call } from '../../../server/context.ts'
import { getProvisioningLog } from '../../../server/domains/provisioning-logs/get-provisioning-log.ts'
import { listProvisioningLogs } from '../../../server/domains/provisioning-logs/list-provisioning-logs.ts'
import { Prisma } from '../../../server/generated/prisma/client.ts'
import { stockOf } from '../servers/stock.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'

let services: TestServices
let call: Call
beforeAll(async () => {
  services = await createTestServices()
  call = callAs(services, await stockOf(services).admin())
})
afterAll(() => services.close())

const list = (query: Record<string, unknown> = {}) => listProvisioningLogs(call, ProvisioningLogQuerySchema.parse(query))
const write = (fields: Partial<Prisma.ProvisioningLogUncheckedCreateInput> = {}) =>
  services.db.provisioningLog.create({ data: { action: 'servers.get', method: 'GET', path: '/servers/1', outcome: 'ok', effect: 'none', completedAt: new Date(), ...fields } })

describe('listProvisioningLogs', () => {
  it('reads newest first and pages without a gap or a repeat, also within one millisecond', async () => {
    const serverId = randomUUID()
    const createdAt = new Date('2026-03-01T10:00:00.123Z')
    for (let n = 0; n < 23; n++) await write({ serverId, createdAt: n % 2 ? createdAt : new Date(createdAt.getTime() - n) })
    const seen: { id: string, createdAt: string }[] = []
    for (let cursor: string | undefined; ;) {
      const page = ProvisioningLogListSchema.parse(await list({ serverId, limit: 5, ...(cursor ? { cursor } : {}) }))
      seen.push(...page.items)
      if (!page.nextCursor) break
      cursor = page.nextCursor
    }
    expect(new Set(seen.map((row) => row.id)).size).toBe(23)
    expect(seen).toEqual([...seen].sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id)))
  })

  it('filters by server, operation, action, outcome, request and time, each alone and together', async () => {
    const at = new Date('2026-04-01T12:00:00.000Z')
    const facts = { serverId: randomUUID(), operationId: randomUUID(), action: 'servers.suspend', outcome: 'rejected' as const, requestId: `request-${randomUUID()}` }
    const wanted = await write({ ...facts, createdAt: at })
    await write({ createdAt: new Date('2026-04-02T12:00:00.000Z') })
    const time = { from: '2026-04-01T11:59:59.000Z', to: '2026-04-01T12:00:00.000Z' }
    const filters: Record<string, unknown>[] = [...Object.entries(facts).map(([key, value]) => ({ [key]: value })), time, { ...facts, ...time }]
    for (const filter of filters) expect((await list(filter)).items.map((row) => row.id), JSON.stringify(filter)).toEqual([wanted.id])
    expect((await list({ ...facts, outcome: 'ok' })).items).toEqual([])
  })

  it('names the server, puts the diagnosis into words, and reads a row that was never completed as unknown', async () => {
    const stock = stockOf(services)
    const server = await stock.server(await stock.customer(), await stock.plan())
    const row = await write({
      serverId: server.id, action: 'servers.create', method: 'POST', path: '/servers', outcome: 'unknown', effect: 'unknown', completedAt: null,
      diagnosis: { code: 'create_effect_unknown', params: { seconds: 630 } }, requestBody: { packageId: 1 },
    })
    const log = await getProvisioningLog(call, row.id)
    expect(log).toMatchObject({
      server: { id: server.id, reference: server.reference, name: server.name }, outcome: 'unknown', effect: 'unknown', durationMs: null,
      diagnosis: { code: 'create_effect_unknown', title: expect.any(String), fix: expect.any(String) }, requestBody: { packageId: 1 }, responseBody: null,
    })
  })

  it('leaves the bodies out of a list that wants none, and reads them for one call all the same', async () => {
    const row = await write({ serverId: randomUUID(), requestBody: { packageId: 1 }, responseBody: { data: { id: 7 } } })
    const query = { serverId: row.serverId }
    expect((await list(query)).items[0]).toMatchObject({ requestBody: { packageId: 1 }, responseBody: { data: { id: 7 } } })
    expect((await list({ ...query, bodies: 'omit' })).items[0]).toMatchObject({ id: row.id, requestBody: null, responseBody: null })
    expect(await getProvisioningLog(call, row.id)).toMatchObject({ responseBody: { data: { id: 7 } } })
  })

  it('refuses a cursor that is none, and an id that does not exist', async () => {
    await expect(list({ cursor: 'not a cursor' })).rejects.toMatchObject({ code: 'invalid_input', fields: { cursor: expect.any(String) } })
    await expect(getProvisioningLog(call, randomUUID())).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the indexes of the list', () => {
  it.each([
    ['no filter', Prisma.sql`true`],
    ['a server', Prisma.sql`server_id = ${randomUUID()}::uuid`],
    ['an operation', Prisma.sql`operation_id = ${randomUUID()}::uuid`],
    ['an action', Prisma.sql`action = ${'servers.create'}`],
    ['an outcome', Prisma.sql`outcome = ${'rejected'}::"LogOutcome"`],
  ])('answer a later page under %s by going to its place, without a sort', async (_, filter) => {
    const plan = await services.db.$transaction(async (tx) => {
      await tx.$executeRaw`set local enable_seqscan = off`
      await tx.$executeRaw`set local enable_bitmapscan = off`
      return tx.$queryRaw<{ 'QUERY PLAN': string }[]>`explain select id, created_at from provisioning_logs
        where ${filter} and (created_at, id) < (${new Date()}, ${randomUUID()}::uuid) order by created_at desc, id desc limit 51`
    })
    const text = plan.map((row) => row['QUERY PLAN']).join('\n')
    expect(text).toMatch(/Index (Only )?Scan/)
    expect(text).toMatch(/Index Cond: .*ROW\(created_at, id\) </)
    expect(text).not.toMatch(/Sort/)
  })
})
