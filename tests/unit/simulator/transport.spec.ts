import { describe, expect, it } from 'vitest'
import { NOON, rig } from './support.ts'

describe('tokens', () => {
  it('answers 401 with an empty body without a token, with a wrong one and with one that has expired', async () => {
    const panel = await rig()
    await panel.switch('POST', '/tokens', { name: 'old', value: 'old', expires: NOON - 1 })

    for (const token of [null, 'wrong', 'old']) {
      const reply = await panel.call('GET', '/packages', undefined, { token })
      expect([reply.status, reply.text]).toEqual([401, ''])
    }
  })

  it('lets the restricted token create servers and users and start a sign-in, and answers 403 as JSON elsewhere', async () => {
    const panel = await rig()
    const token = 'sim-token-restricted'
    const user = await panel.call('POST', '/users', { name: 'Anna Example', email: 'anna@shop.example', extRelationId: 7 }, { token })
    const server = await panel.call('POST', '/servers', { packageId: 1, userId: user.get('data.id'), hypervisorId: 1 }, { token })
    const signIn = await panel.call('POST', '/users/7/authenticationTokens', undefined, { token })
    expect([user.status, server.status, signIn.status]).toEqual([201, 201, 200])

    const refused = [['GET', '/packages'], ['GET', '/servers'], ['POST', '/servers/101/suspend'], ['DELETE', '/servers/101'], ['GET', '/connect']] as const
    for (const [method, path] of refused) {
      const reply = await panel.call(method, path, undefined, { token })
      expect([method, path, reply.status, Array.isArray(reply.get('errors'))]).toEqual([method, path, 403, true])
    }
  })

  it('counts calls of a limited token and says how long to wait', async () => {
    const panel = await rig()
    await panel.switch('POST', '/tokens', { name: 'slow', value: 'slow', perMinute: 2 })
    const statuses = []
    for (let index = 0; index < 3; index += 1) statuses.push((await panel.call('GET', '/packages', undefined, { token: 'slow' })).status)
    const refused = await panel.call('GET', '/packages', undefined, { token: 'slow' })
    expect(statuses).toEqual([200, 200, 429])
    expect(refused.headers.get('retry-after')).toBe('60')

    panel.advance(61_000)
    expect((await panel.call('GET', '/packages', undefined, { token: 'slow' })).status).toBe(200)
  })

  it('refuses a caller whose address is not on the list of the token', async () => {
    const panel = await rig()
    await panel.switch('POST', '/tokens', { name: 'away', value: 'away', addresses: ['198.51.100.1'] })
    expect((await panel.call('GET', '/packages', undefined, { token: 'away' })).status).toBe(403)

    await panel.switch('POST', '/settings', { readings: { refusedAddress: 401 } })
    expect((await panel.call('GET', '/packages', undefined, { token: 'away' })).status).toBe(401)
  })
})

describe('addresses', () => {
  it('answers HTML outside the base path and JSON without msg for an unknown route inside it', async () => {
    const panel = await rig()
    const outside = await fetch(`${panel.url}/connect`, { headers: { authorization: `Bearer ${panel.token}` } })
    expect(outside.status).toBe(404)
    expect(outside.headers.get('content-type')).toContain('text/html')

    const inside = await panel.call('GET', '/nothing/here')
    expect([inside.status, inside.get('msg')]).toEqual([404, undefined])
    expect((await panel.call('GET', '/servers/999')).body).toEqual({ msg: 'server not found' })
    expect((await panel.call('PUT', '/packages')).status).toBe(405)
  })

  it('takes one slash at the end, no doubled one, and ids in plain digits only', async () => {
    const panel = await rig()
    const statuses = []
    for (const path of ['/packages/', '//packages', '/packages/1', '/packages/0x1', '/packages/1e0', '/packages/-1', '/packages/%E0%A4%A']) {
      statuses.push((await panel.call('GET', path)).status)
    }
    expect(statuses).toEqual([200, 404, 200, 404, 404, 404, 404])
  })

  it('reads a body only when it says that it is JSON, and refuses what is none', async () => {
    const panel = await rig()
    const post = async (type: string, body: string) => (await fetch(`${panel.url}/api/v1/servers`, {
      method: 'POST', body, headers: { 'authorization': `Bearer ${panel.token}`, 'content-type': type },
    })).text()
    const wish = JSON.stringify({ packageId: 1, userId: 2, hypervisorId: 1 })
    expect(await post('text/plain', wish)).toContain('The package id field is required.')
    expect(await post('application/json', '{')).toContain('not valid JSON')
    expect(await post('application/json; charset=utf-8', wish)).toContain('"id":101')
  })

  it('sends the time of the simulated clock as Date', async () => {
    const panel = await rig()
    panel.advance(90_000)
    const { headers } = await panel.call('GET', '/packages')
    expect(headers.get('date')).toBe(new Date(NOON + 90_000).toUTCString())
  })
})

describe('lists', () => {
  it('pages in the form of the paginator, with links that name an internal address', async () => {
    const panel = await rig()
    for (let index = 0; index < 25; index += 1) await panel.server({ built: false })
    const first = await panel.call('GET', '/servers')
    expect(first.body).toMatchObject({ current_page: 1, from: 1, to: 20, total: 25, per_page: 20, last_page: 2, prev_page_url: null })
    expect(first.get('next_page_url')).not.toContain('127.0.0.1')

    const last = await panel.call('GET', '/servers?results=10&page=3')
    expect(last.body).toMatchObject({ from: 21, to: 25, next_page_url: null, data: [121, 122, 123, 124, 125].map(id => ({ id })) })
  })

  it('refuses a page size over 200', async () => {
    const panel = await rig()
    expect((await panel.call('GET', '/servers?results=500')).status).toBe(422)
  })
})

describe('version', () => {
  it('says it in none, or in one of the known places of the connect answer', async () => {
    const panel = await rig()
    const bodies = []
    for (const connectVariant of ['array', 'empty', 'version', 'data-version']) {
      await panel.switch('POST', '/settings', { connectVariant, version: '7.1' })
      bodies.push((await panel.call('GET', '/connect')).text)
    }
    expect(bodies).toEqual(['[]', '', '{"version":"7.1.0"}', '{"data":{"version":"7.1.0"}}'])
  })

  it('has the status page only from 7.1 on, with a body also when a check fails', async () => {
    const panel = await rig()
    expect((await panel.call('GET', '/status')).status).toBe(404)

    await panel.switch('POST', '/settings', { version: '7.1', healthy: false })
    const reply = await panel.call('GET', '/status')
    expect([reply.status, reply.get('data.version')]).toEqual([503, '7.1.0'])
  })

  it('renames by the path and status that the version had', async () => {
    const panel = await rig()
    const id = await panel.server()
    expect((await panel.call('PUT', `/servers/${id}/modify/name`, { name: 'new' })).status).toBe(201)
    expect((await panel.call('PATCH', `/servers/${id}/name`, { name: 'old' })).status).toBe(404)

    await panel.switch('POST', '/settings', { version: '6.2' })
    expect((await panel.call('PATCH', `/servers/${id}/name`, { name: 'old' })).status).toBe(200)
    expect((await panel.call('PUT', `/servers/${id}/package/2`)).status).toBe(204)
  })
})
