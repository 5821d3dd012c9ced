import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { hashPassword } from '../../../server/domains/sessions/passwords.ts'
import type { Log } from '../../../server/log.ts'
import { startHttp, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const PASSWORD = 'correct horse battery'
const OVER_TLS = { 'x-forwarded-proto': 'https' }
let services: TestServices
let http: TestHttp
let email: string

beforeAll(async () => {
  services = await createTestServices({ TRUSTED_PROXIES: '1' })
  http = await startHttp(services)
  email = (await services.db.user.create({ data: { email: 'ada@example.com', name: 'Ada', role: 'customer', passwordHash: await hashPassword(PASSWORD) } })).email
})
afterAll(async () => {
  await http.close()
  await services.close()
})

const signIn = (headers: Record<string, string>) => http.anonymous().request('POST', '/api/auth/sign-in/email', { body: { email, password: PASSWORD }, headers })
const whoHas = async (cookie: string, headers: Record<string, string>) => (await http.anonymous().request('GET', '/api/auth/get-session', { headers: { cookie, ...headers } })).body

describe('behind a trusted proxy, without PUBLIC_URL', () => {
  it('binds the session to https where the proxy ends TLS, and finds it again there only', async () => {
    const answer = await signIn(OVER_TLS)
    expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=/)
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-berth-session=.{43};.*Secure/)
    const [pair = ''] = cookie.split(';')
    expect(await whoHas(pair, OVER_TLS)).toMatchObject({ user: { email } })
    expect(await whoHas(pair, {})).toBeNull()
    const out = await http.anonymous().request('POST', '/api/auth/sign-out', { headers: { cookie: pair, ...OVER_TLS } })
    expect(out.headers.getSetCookie()[0]).toMatch(/^__Host-berth-session=;.*Secure/)
    expect(await whoHas(pair, OVER_TLS)).toBeNull()
  })

  it('takes no cookie for a session over https that another host, or plain http, could have set', async () => {
    const [cookie = ''] = (await signIn({})).headers.getSetCookie()
    expect(cookie).toMatch(/^berth-session=/)
    expect(cookie).not.toContain('Secure')
    const [pair = ''] = cookie.split(';')
    expect(await whoHas(pair, {})).toMatchObject({ user: { email } })
    expect(await whoHas(pair, OVER_TLS)).toBeNull()
  })

  it('says which address to open where a browser came by plain http, for the proxy makes cookies Secure', async () => {
    const answer = await signIn({ ...OVER_TLS, origin: http.url })
    expect(answer).toMatchObject({ status: 403, body: { code: 'cookie_needs_https', detail: expect.stringMatching(new RegExp(`^Open ${http.url.replace('http:', 'https:')}: .*X-Forwarded-Proto: https`)) } })
    expect((await signIn({ origin: http.url })).status).toBe(200)
  })

  it('knows a client by its address, not by the port that the proxy writes beside it', async () => {
    expect((await signIn({ 'x-forwarded-for': '198.51.100.9, 203.0.113.7:51234' })).status).toBe(200)
    const { ipAddress } = await services.db.session.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
    expect(ipAddress).toBe('203.0.113.7')
  })

  it('takes over its request ids when they are harmless, and makes new ones when they could forge a line of the log', async () => {
    const idFor = async (given: string) => (await http.anonymous().request('GET', '/api/health', { headers: { 'x-request-id': given } })).headers.get('x-request-id')
    expect(await idFor('proxy-id-12345678')).toBe('proxy-id-12345678')
    for (const odd of ['short', 'a b c d e f g h', '<script>alert(1)</script>', 'x'.repeat(65)]) expect(await idFor(odd)).toMatch(/^[\w-]{36}$/)
  })
})

describe('behind a proxy that nobody told Berth of', () => {
  it('says once in the log that everybody seems to come from one address, and which variable ends that', async () => {
    const lines: { fields: object, line: string }[] = []
    for (const TRUSTED_PROXIES of ['0', '1']) {
      const own = await createTestServices({ TRUSTED_PROXIES })
      own.log = Object.assign(Object.create(own.log) as Log, { warn: (fields: object, line: string) => { lines.push({ fields, line }) } })
      const ownHttp = await startHttp(own)
      onTestFinished(async () => {
        await ownHttp.close()
        await own.close()
      })
      for (const headers of [undefined, { 'x-forwarded-for': '203.0.113.7' }, { 'x-forwarded-for': '203.0.113.8' }]) await ownHttp.anonymous().request('GET', '/api/setup', headers && { headers })
    }
    expect(lines).toEqual([{ fields: { variable: 'TRUSTED_PROXIES', value: 0, from: '127.0.0.1' }, line: expect.stringMatching(/TRUSTED_PROXIES is 0.*set TRUSTED_PROXIES to/) }])
  })
})
