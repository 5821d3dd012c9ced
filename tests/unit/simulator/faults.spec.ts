import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { effects, rig, type Rig } from './support.ts'

const wish = { packageId: 1, userId: 2, hypervisorId: 1, ipv4: 1 }
const create = (panel: Rig) => panel.call('POST', '/servers', wish)
const lose = (panel: Rig) => create(panel).then(() => 'answered', () => 'lost')

/** The status and the text that arrived before the connection broke. */
function raw(panel: Rig, path: string): Promise<{ status: number, text: string, broke: boolean }> {
  return new Promise((resolve, reject) => {
    const call = request(`${panel.url}/api/v1${path}`, { headers: { authorization: `Bearer ${panel.token}` } }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => { text += chunk.toString() })
      response.on('close', () => resolve({ status: response.statusCode ?? 0, text, broke: !response.complete }))
    })
    call.on('error', reject)
    call.end()
  })
}

describe('faults on the wire', () => {
  it('are about calls with one query where the rule names it', async () => {
    const panel = await rig()
    const id = await panel.server()
    await panel.switch('POST', '/faults', { operation: 'GET /servers/{serverId}?remoteState=true', kind: 'status', status: 504 })
    expect((await panel.call('GET', `/servers/${id}?remoteState=true`)).status).toBe(504)
    expect((await panel.call('GET', `/servers/${id}`)).status).toBe(200)
    await panel.switch('DELETE', '/faults')
    await panel.switch('POST', '/faults', { operation: 'GET /servers/{id}', kind: 'status', status: 504 })
    expect((await panel.call('GET', `/servers/${id}?remoteState=true`)).status).toBe(504)
  })

  it('loses the answer after the effect: the server exists', async () => {
    const panel = await rig()
    await panel.switch('POST', '/faults', { operation: 'POST /servers', kind: 'drop-after-effect' })
    expect(await lose(panel)).toBe('lost')
    expect(effects(panel)).toEqual(['server.created'])
  })

  it('loses the request before the effect: nothing exists', async () => {
    const panel = await rig()
    await panel.switch('POST', '/faults', { operation: 'POST /servers', kind: 'drop-before-effect' })
    expect(await lose(panel)).toBe('lost')
    expect(effects(panel)).toEqual([])
  })

  it('delivers a request minutes after its connection broke', async () => {
    const panel = await rig()
    await panel.switch('POST', '/faults', { operation: 'POST /servers', kind: 'late', ms: 600_000, times: 1 })
    expect(await lose(panel)).toBe('lost')
    panel.advance(599_000)
    expect((await panel.call('GET', '/servers')).get('total')).toBe(0)
    panel.advance(2000)
    const list = await panel.call('GET', '/servers')
    expect([list.get('total'), list.get('data.0.created')]).toEqual([1, '2030-01-15T12:10:00+00:00'])
  })

  it('judges a request that was held back when it arrives: a create for a user deleted meanwhile is refused', async () => {
    const panel = await rig()
    const user = await panel.call('POST', '/users', { name: 'Escrow', email: 'order-1@shop.invalid', relStr: 'order-1' })
    await panel.switch('POST', '/faults', { operation: 'POST /servers', kind: 'late', ms: 600_000, times: 1 })
    await panel.call('POST', '/servers', { ...wish, userId: user.get('data.id') }).catch(() => null)
    expect((await panel.call('DELETE', '/users/order-1/byExtRelation?relStr=true')).status).toBe(204)
    panel.advance(601_000)
    expect((await panel.call('GET', '/servers')).get('total')).toBe(0)
    expect((await panel.switch('GET', '/calls')).body).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ operation: 'POST /servers', fault: 'arrived late', status: 422 })]))
    expect(effects(panel)).toEqual(['user.created', 'user.deleted'])
  })

  it('delivers one request twice', async () => {
    const panel = await rig()
    await panel.switch('POST', '/faults', { operation: 'POST /servers', kind: 'duplicate' })
    expect((await create(panel)).get('data.id')).toBe(101)
    expect(effects(panel)).toEqual(['server.created', 'server.created'])
  })

  it.each([[false, 0], [true, 1]])('hangs without an answer, with the effect only when told so (%s)', async (afterEffect, count) => {
    const panel = await rig()
    await panel.switch('POST', '/faults', { operation: 'POST /servers', kind: 'hang', afterEffect })
    const signal = AbortSignal.timeout(1_000)
    const call = fetch(`${panel.url}/api/v1/servers`, {
      method: 'POST', signal, body: JSON.stringify(wish), headers: { 'authorization': `Bearer ${panel.token}`, 'content-type': 'application/json' },
    })
    await expect(call).rejects.toThrow()
    expect(effects(panel)).toHaveLength(count)
  })

  it('cuts an answer short, promises more than it sends, and drips', async () => {
    const panel = await rig()
    const whole = await raw(panel, '/packages')
    await panel.switch('POST', '/faults', [
      { operation: 'GET /packages', kind: 'truncate', nth: 1 },
      { operation: 'GET /packages', kind: 'wrong-length', nth: 2 },
      { operation: 'GET /packages', kind: 'drip', nth: 3, ms: 1 },
    ])
    const cut = await raw(panel, '/packages')
    expect([cut.status, cut.broke, cut.text.length < whole.text.length]).toEqual([200, true, true])
    const long = await raw(panel, '/packages')
    expect([long.broke, long.text]).toEqual([true, whole.text])
    expect(await raw(panel, '/packages')).toEqual(whole)
  })

  it('waits before it answers', async () => {
    const panel = await rig()
    await panel.switch('POST', '/faults', { kind: 'latency', ms: 60 })
    const before = performance.now()
    await panel.call('GET', '/packages')
    expect(performance.now() - before).toBeGreaterThan(50)
  })
})

describe('faults in place of the answer', () => {
  it('answers a status with JSON, text as HTML, or nothing, before or after the effect', async () => {
    const panel = await rig()
    await panel.switch('POST', '/faults', [
      { operation: 'POST /servers', nth: 1, kind: 'status', status: 429, body: { message: 'Too Many Attempts.' }, headers: { 'Retry-After': '7' } },
      { operation: 'POST /servers', nth: 2, kind: 'status', status: 502, body: '<h1>Bad Gateway</h1>' },
      { operation: 'POST /servers', nth: 3, kind: 'status', status: 500, afterEffect: true },
      { operation: 'POST /servers', nth: 4, kind: 'html' },
    ])
    const replies = []
    for (let index = 0; index < 5; index += 1) replies.push(await create(panel))
    expect(replies.map(({ status }) => status)).toEqual([429, 502, 500, 200, 201])
    expect(replies[0]?.headers.get('retry-after')).toBe('7')
    expect(replies.map(({ headers }) => headers.get('content-type')?.split(';')[0])).toEqual(['application/json', 'text/html', undefined, 'text/html', 'application/json'])
    expect(effects(panel)).toEqual(['server.created', 'server.created'])
  })
})

describe('which calls a fault meets', () => {
  it('matches a pattern, a wildcard and a concrete path, and leaves others alone', async () => {
    const panel = await rig()
    const first = await panel.server()
    const second = await panel.server()
    const fault = { kind: 'status', status: 500 }
    await panel.switch('POST', '/faults', { ...fault, operation: `POST /servers/${first}/suspend` })
    const statuses = async (paths: string[]) => Promise.all(paths.map(async path => (await panel.call('GET', path)).status))
    expect((await panel.call('POST', `/servers/${first}/suspend`)).status).toBe(500)
    expect((await panel.call('POST', `/servers/${second}/suspend`)).status).toBe(204)

    await panel.switch('DELETE', '/faults')
    await panel.switch('POST', '/faults', { ...fault, operation: 'GET /servers/{serverId}' })
    expect(await statuses([`/servers/${first}`, '/servers', '/packages'])).toEqual([500, 200, 200])

    await panel.switch('DELETE', '/faults')
    await panel.switch('POST', '/faults', { ...fault, operation: 'GET /servers*' })
    expect(await statuses([`/servers/${first}`, '/servers', '/packages'])).toEqual([500, 500, 200])
  })

  it('fires from the nth call on, as often as told, and is gone after a removal', async () => {
    const panel = await rig()
    const { body } = await panel.switch('POST', '/faults', { operation: 'GET /packages', kind: 'status', status: 500, nth: 2, times: 2 })
    const look = async () => (await panel.call('GET', '/packages')).status
    expect([await look(), await look(), await look(), await look()]).toEqual([200, 500, 500, 200])
    expect((await panel.switch('GET', '/faults')).get('0')).toMatchObject({ seen: 4, fired: 2 })
    expect((await panel.switch('DELETE', `/faults/${String(Reflect.get(Object(body), 'id'))}`)).status).toBe(204)
    expect((await panel.switch('GET', '/faults')).body).toEqual([])
  })

  it('draws a chance from the seed: the same seed, the same calls', async () => {
    const run = async () => {
      const panel = await rig({ seed: 42 })
      await panel.switch('POST', '/faults', { kind: 'status', status: 500, probability: 0.5 })
      const statuses = []
      for (let index = 0; index < 20; index += 1) statuses.push((await panel.call('GET', '/packages')).status)

      return statuses
    }
    const first = await run()
    expect(new Set(first)).toEqual(new Set([200, 500]))
    expect(await run()).toEqual(first)
  })

  it('refuses a kind that does not exist', async () => {
    const panel = await rig()
    expect((await panel.switch('POST', '/faults', { kind: 'explode' })).status).toBe(422)
  })

  it('refuses a key that it does not know, which would make the rule meet every call', async () => {
    const panel = await rig()
    const { status, body } = await panel.switch('POST', '/faults', [{ kind: 'hang' }, { kind: 'hang', operations: 'POST /servers' }])
    expect([status, body]).toEqual([422, { errors: [expect.stringContaining('unknown key operations; known: operation, ')] }])
    expect((await panel.switch('GET', '/faults')).body).toEqual([])
  })
})
