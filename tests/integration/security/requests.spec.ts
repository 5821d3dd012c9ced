import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rootLog, setRootLog } from '../../../server/log.ts'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

let services: TestServices
let http: TestHttp
let admin: Client
const logBefore = rootLog()

beforeAll(async () => {
  services = await createTestServices({ PUBLIC_URL: 'http://panel.example.com' })
  http = await startHttp(services)
  setRootLog(services.log)
  admin = await http.person('admin')
})
afterAll(async () => {
  setRootLog(logBefore)
  await http.close()
  await services.close()
})

const customer = () => ({ name: 'Ada', email: `${crypto.randomUUID()}@example.com` })

/** fetch() would set these headers itself. */
function send(path: string, { method = 'POST', headers = {}, body = '' }: { method?: string, headers?: Record<string, string>, body?: string }): Promise<{ status: number, headers: Record<string, unknown>, text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(http.url + path, { method, headers: { ...admin.headers(), 'content-type': 'application/json', ...headers } }, (response) => {
      let text = ''
      response.on('data', (chunk) => { text += chunk })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

describe('changes from another origin', () => {
  it.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a foreign origin', { origin: 'https://evil.example.com' }],
    ['an origin that hides itself', { origin: 'null' }],
    ['a host that only begins alike', { origin: 'http://panel.example.com.evil.example.com' }],
  ])('are refused from %s, with the session in the cookie', async (_, headers) => {
    const before = await services.db.user.count()
    const answer = await send('/api/admin/customers', { headers, body: JSON.stringify(customer()) })
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'cross_origin' })
    expect(await services.db.user.count()).toBe(before)
  })

  it.each([
    ['the page itself', { 'sec-fetch-site': 'same-origin' }],
    ['the public address, where a proxy sends another host', { 'origin': 'http://panel.example.com', 'sec-fetch-site': 'same-origin' }],
    ['a program that is no browser', {}],
  ])('pass from %s', async (_, headers) => {
    expect((await send('/api/admin/customers', { headers, body: JSON.stringify(customer()) })).status).toBe(201)
  })

  it('allow no other site to read answers', async () => {
    const answer = await send('/api/admin/customers', { method: 'GET', headers: { origin: 'https://evil.example.com' } })
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('bodies', () => {
  it('are refused beyond the limit, declared or not', async () => {
    const body = JSON.stringify({ ...customer(), name: 'x'.repeat(200 * 1024) })
    expect((await send('/api/admin/customers', { body })).status).toBe(413)
    expect((await send('/api/admin/customers', { body, headers: { 'transfer-encoding': 'chunked' } })).status).toBe(413)
  })

  it('must be JSON by name and by content', async () => {
    expect((await send('/api/admin/customers', { headers: { 'content-type': 'text/plain' }, body: JSON.stringify(customer()) })).status).toBe(415)
    expect((await send('/api/admin/customers', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'name=Ada' })).status).toBe(415)
    expect((await send('/api/admin/customers', { body: '{"name":' })).status).toBe(400)
    for (const body of ['[]', 'null', '"text"', '7']) expect((await send('/api/admin/customers', { body })).status).toBe(400)
  })

  it('change no prototype, whatever they are called', async () => {
    const answer = await send('/api/admin/customers', { body: `{"name":"Ada","email":"${crypto.randomUUID()}@example.com","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}` })
    expect(answer.status).toBe(201)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it('cannot smuggle operators into a query', async () => {
    const answer = await send('/api/auth/sign-in/email', { body: '{"email":{"contains":"@"},"password":"x"}' })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.text)).toMatchObject({ fields: { email: expect.anything() } })
  })
})

describe('addresses', () => {
  it('that do not exist answer with a problem, and known ones name the methods they take', async () => {
    for (const path of ['/api/nothing', '/api/admin/customers/1/2/3']) {
      const answer = await admin.request('GET', path)
      expect(answer, path).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    const answer = await admin.request('PUT', '/api/admin/customers', { body: {} })
    expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(answer.headers.get('allow')).toBe('GET, POST')
  })

  it('answer a question for the status alone where probes ask it, and nowhere else', async () => {
    for (const path of ['/api/health', '/api/ready?from=probe']) expect(await admin.request('HEAD', path), path).toMatchObject({ status: 200, text: '' })
    expect((await admin.request('HEAD', '/api/admin/customers')).status).toBe(405)
  })

  it('take each parameter once', async () => {
    expect((await admin.request('GET', '/api/admin/customers?limit=1&limit=200')).body).toMatchObject({ status: 400, fields: { limit: 'Give this once.' } })
    expect((await admin.request('GET', '/api/admin/customers?limit=999')).status).toBe(400)
  })
})

describe('request ids', () => {
  it('are made here where no trusted proxy stands in front, so that nobody chooses what stands in the log', async () => {
    const answer = await send('/api/health', { method: 'GET', headers: { 'x-request-id': 'chosen-id-12345678' } })
    expect(answer.headers['x-request-id']).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
  })
})

describe('readiness', () => {
  it('says what works, and never asks the panel', async () => {
    const answer = await http.anonymous().request('GET', '/api/ready')
    expect(answer).toMatchObject({ status: 200, body: { status: 'ready', checks: { database: true, migrations: true, queue: true } } })
  })

  it('names what is missing where the database answers, with what to do about it', async () => {
    await services.database.pool.query('alter table "_prisma_migrations" rename to away')
    const answer = await http.anonymous().request('GET', '/api/ready')
    await services.database.pool.query('alter table away rename to "_prisma_migrations"')
    expect(answer).toMatchObject({ status: 503, body: { status: 503, code: 'not_ready', detail: expect.stringMatching(/^Migrations .* Start Berth again/), checks: { database: true, migrations: false, queue: true } } })
    expect(await http.anonymous().request('GET', '/api/ready')).toMatchObject({ status: 200 })
  })
})
