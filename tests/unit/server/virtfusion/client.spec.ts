import { afterEach, describe, expect, it, vi } from 'vitest'
import { BaseUrlError } from '../../../../server/virtfusion/base-url.ts'
import { VirtFusionError } from '../../../../server/virtfusion/errors.ts'
import type { Exchange } from '../../../../server/virtfusion/types.ts'
import { silent } from './support/faults.ts'
import { TOKEN, createClient, startPanel, type Reply, type SeenRequest } from './support/panel.ts'

const open: Array<{ close(): Promise<void> }> = []
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(open.splice(0).map(item => item.close()))
})

async function setUp(answer: (request: SeenRequest) => Reply) {
  const panel = await startPanel(answer)
  const client = createClient(panel.origin)
  open.push(client, panel)
  return { panel, client }
}

const BODY = { packageId: 4, userId: 3, hypervisorId: 2 }

describe('the exchange', () => {
  it('is reported once when a call has succeeded, masked and with the panel\'s own time', async () => {
    const { client } = await setUp(() => ({
      status: 201,
      headers: { date: 'Tue, 01 Jan 2030 10:00:00 GMT' },
      body: { data: { id: 7, uuid: 'ab68e20a-211f', ownerId: 3, settings: { decryptedPassword: 'hunter2' } } },
    }))
    const onExchange = vi.fn<(exchange: Exchange) => void>()
    await client.servers.create(BODY, { requestId: 'req-9', onExchange })
    expect(onExchange).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({
      operation: 'servers.create', method: 'POST', path: '/servers', requestBody: BODY, status: 201, attempts: 1, requestId: 'req-9', error: null,
      panelDate: new Date('2030-01-01T10:00:00Z'),
    }))
    expect(JSON.stringify(onExchange.mock.calls)).not.toContain('hunter2')
  })

  it('is reported before the call rejects, together with the error', async () => {
    const { client } = await setUp(() => ({ status: 422, body: { errors: ['No'] } }))
    const order: string[] = []
    await client.servers.create(BODY, { onExchange: exchange => order.push(`exchange ${exchange.error?.kind}`) }).catch(() => order.push('rejected'))
    expect(order).toEqual(['exchange invalid', 'rejected'])
  })

  it('tells that a good answer could not be read', async () => {
    const { client } = await setUp(() => ({ status: 201, body: '{"data":' }))
    const onExchange = vi.fn()
    await client.servers.create(BODY, { onExchange }).catch(() => null)
    expect(onExchange).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({
      status: 201, responseBody: '{"data":', error: expect.objectContaining({ kind: 'unreadable', effect: 'unknown' }),
    }))
  })

  it('leaves the effect unknown when the answer to an order names a number that can\'t be stored', async () => {
    const { client } = await setUp(() => ({ status: 201, body: { data: { id: 2_147_483_648, uuid: 'deadbeef-0000-4000-8000-000000000000' } } }))
    await expect(client.servers.create(BODY)).rejects.toMatchObject({ kind: 'unreadable', effect: 'unknown' })
  })

  it('is reported once for a repeated read, with the number of sends', async () => {
    let calls = 0
    const { client } = await setUp(() => ({ status: (calls += 1) < 3 ? 502 : 200, body: { data: [] } }))
    const onExchange = vi.fn()
    await client.packages.list({ onExchange })
    expect(onExchange).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ attempts: 3, status: 200 }))
  })

  it('does not take place when an argument can\'t be sent', async () => {
    const { client, panel } = await setUp(() => ({}))
    const onExchange = vi.fn()
    await expect(client.servers.get(-1, { onExchange })).rejects.toMatchObject({ kind: 'invalid-input', effect: 'none' })
    expect(onExchange).not.toHaveBeenCalled()
    expect(panel.seen).toEqual([])
  })

  it('never holds the token, not even when the panel repeats it', async () => {
    const { client } = await setUp(request => ({ status: 422, body: { errors: [`refused ${request.headers.authorization}`] } }))
    const onExchange = vi.fn()
    const error = await client.servers.create(BODY, { onExchange }).catch((thrown: unknown) => thrown)
    expect(JSON.stringify([onExchange.mock.calls, error, String(error)])).not.toContain(TOKEN)
  })
})

describe('a call', () => {
  it('describes its request without sending it', async () => {
    const { client, panel } = await setUp(() => ({}))
    expect(client.servers.create.request(BODY)).toEqual({ operation: 'servers.create', method: 'POST', path: '/servers', body: BODY })
    expect(panel.seen).toEqual([])
  })

  it('ends at its deadline', async () => {
    const fault = await silent()
    const client = createClient(fault.baseUrl)
    open.push(client, fault)
    await expect(client.servers.suspend(7, { timeoutMs: 1_000 })).rejects.toMatchObject({ kind: 'timeout', effect: 'unknown', isRetryable: true })
  })

  it('ends when the caller gives up', async () => {
    const fault = await silent()
    const client = createClient(fault.baseUrl)
    open.push(client, fault)
    await expect(client.servers.get(7, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ kind: 'aborted' })
  })

  it('is not sent at all when the caller has given up before', async () => {
    const { client, panel } = await setUp(() => ({}))
    await expect(client.servers.suspend(7, { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted', effect: 'none' })
    expect(panel.seen).toEqual([])
  })
})

describe('many callers at once', () => {
  const server = { data: { id: 7, uuid: 'ab68e20a-211f-4b90-99f1-8ee9068c81de' } }

  it('reach the panel once when they ask for the same server, and each gets an exchange', async () => {
    const { client, panel } = await setUp(() => ({ body: server }))
    const exchanges: Exchange[] = []
    const calls = Array.from({ length: 100 }, () => client.servers.get(7, { onExchange: exchange => exchanges.push(exchange) }))
    const ids = (await Promise.all(calls)).map(({ id }) => id)
    expect(new Set(ids)).toEqual(new Set([7]))
    expect(panel.seen).toHaveLength(1)
    expect(exchanges.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200))
    expect(exchanges.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(1)
  })

  it('fail within a blink while the panel is known to be dead, and go on when the pause is over', async () => {
    let isBroken = true
    const { panel } = await setUp(() => (isBroken ? { status: 502, body: '<html>' } : { body: server }))
    const client = createClient(panel.origin, { circuit: { pauseMs: 60_000 } })
    open.push(client)
    await expect(client.servers.get(7, { retries: 4 })).rejects.toMatchObject({ kind: 'server-error' })
    expect(panel.seen).toHaveLength(5)
    const startedAt = performance.now()
    const calls = Array.from({ length: 50 }, (_, index) => client.servers.get(index + 1).catch((error: unknown) => error))
    expect((await Promise.all(calls)).every(error => error instanceof VirtFusionError && error.kind === 'circuit-open')).toBe(true)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(panel.seen).toHaveLength(5)
    isBroken = false
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_001 })
    expect(await client.servers.get(7)).toMatchObject({ id: 7 })
  })
})

describe('createVirtFusionClient', () => {
  it('refuses an unusable address at once', () => {
    expect(() => createClient('http://cp.example.com')).toThrow(BaseUrlError)
  })

  it('does not lend its token to another origin', () => {
    expect(() => createClient('https://cp.example.com').at('https://evil.example.net/api/v1')).toThrow(TypeError)
  })

  it('does not show the token when it is printed', async () => {
    const { inspect } = await import('node:util')
    expect(inspect(createClient('https://cp.example.com'), { depth: 6, showHidden: true })).not.toContain(TOKEN)
  })
})
