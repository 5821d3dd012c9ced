import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Security } from '../../../shared/schemas/settings.ts'
import { hashPassword } from '../../../server/domains/sessions/passwords.ts'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const PATH = '/api/admin/settings/security'
const PASSWORD = 'correct horse battery'
const ENV = { APP_SECRET: 'the secret that no answer may hold, whoever asks', PUBLIC_URL: 'http://panel.example.com', VIRTFUSION_API_TOKEN: 'the-token-that-no-answer-may-hold', VIRTFUSION_API_URL: 'http://127.0.0.1:1' }

let services: TestServices
let http: TestHttp
beforeAll(async () => {
  services = await createTestServices(ENV)
  http = await startHttp(services)
})
afterAll(async () => {
  await http.close()
  await services.close()
})

/** An admin who signs in with a password, in as many browsers as are asked for. */
async function admin(name: string, browsers: number): Promise<{ id: string, clients: Client[] }> {
  const { id, email } = await services.db.user.create({ data: { email: `${crypto.randomUUID()}@example.com`, name, role: 'admin', passwordHash: await hashPassword(PASSWORD) } })
  const clients = Array.from({ length: browsers }, () => http.anonymous())
  for (const client of clients) await client.request('POST', '/api/auth/sign-in/email', { body: { email, password: PASSWORD } })
  return { id, clients }
}

const securityFor = async (client: Client, headers: Record<string, string> = {}) => (await client.request('GET', PATH, { headers })).body as Security
const isSignedIn = async (client: Client | undefined) => (await client?.request('GET', '/api/auth/get-session'))?.body !== null

describe('GET /api/admin/settings/security', () => {
  it('says what is at risk with the variable that mends it, and holds no secret', async () => {
    const client = await http.person('admin')
    const { text, body } = await client.request('GET', PATH, { headers: { 'x-forwarded-for': '192.0.2.1' } })
    const { facts } = body as Security
    expect(facts).toContainEqual({ code: 'secret_environment', title: expect.any(String), value: 'From the environment', variable: 'APP_SECRET', level: 'ok', advice: expect.any(String) })
    expect(facts.filter(({ level }) => level === 'warning').map(({ code, variable }) => [code, variable])).toEqual([
      ['address_http', 'PUBLIC_URL'], ['cookies_plain', 'PUBLIC_URL'], ['proxies_not_trusted', 'TRUSTED_PROXIES'],
    ])
    for (const secret of [ENV.APP_SECRET, ENV.VIRTFUSION_API_TOKEN, services.url]) expect(text).not.toContain(secret)
    expect(text).not.toMatch(/hash/i)
  })

  it('lists admins only, with the browsers in which they are signed in now and when they last signed in', async () => {
    const { id, clients: [client] } = await admin('Ada', 2)
    if (!client) throw new Error('Nobody is signed in.')
    const never = await services.db.user.create({ data: { email: `${crypto.randomUUID()}@example.com`, name: 'Nora', role: 'admin' } })
    const customer = await http.person('customer')
    const over = { userId: id, tokenHash: crypto.getRandomValues(new Uint8Array(32)), lastSeenAt: new Date(0), expiresAt: new Date(Date.now() + 1e6) }
    await services.db.session.create({ data: over })
    const { admins } = await securityFor(client)
    expect(admins.find((row) => row.id === id)).toMatchObject({ name: 'Ada', isYou: true, sessions: 2, lastSignInAt: expect.any(String) })
    expect(admins.find((row) => row.id === never.id)).toMatchObject({ isYou: false, sessions: 0, lastSignInAt: null })
    expect(admins.map((row) => row.id)).not.toContain(customer.userId)
  })

  it('still tells when somebody last signed in after all sessions have ended', async () => {
    const { id } = await admin('Grace', 1)
    await services.db.session.deleteMany({ where: { userId: id } })
    const { admins } = await securityFor(await http.person('admin'))
    expect(admins.find((row) => row.id === id)).toMatchObject({ sessions: 0, lastSignInAt: expect.any(String) })
  })
})

describe('signing an admin out everywhere', () => {
  it('ends every session of another admin, keeps the own, and stands in the audit log', async () => {
    const { id, clients } = await admin('Ada', 2)
    const me = await http.person('admin')
    expect(await me.request('POST', `${PATH}/admins/${id}/sign-out`, { body: {} })).toMatchObject({ status: 200, body: { ended: 2 } })
    expect(await Promise.all([...clients, me].map(isSignedIn))).toEqual([false, false, true])
    expect(await services.db.auditEvent.findFirst({ where: { action: 'session.ended_everywhere', entityId: id } })).toMatchObject({ actorId: me.userId, after: { sessionsEnded: 2 } })
  })

  it('ends only the other browsers of whoever asks', async () => {
    const { id, clients: [here, there] } = await admin('Ada', 2)
    expect(await here?.request('POST', `${PATH}/admins/${id}/sign-out`, { body: {} })).toMatchObject({ status: 200, body: { ended: 1 } })
    expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, false])
  })

  it('finds no customer, whose sessions stay', async () => {
    const customer = await http.person('customer')
    const me = await http.person('admin')
    expect((await me.request('POST', `${PATH}/admins/${customer.userId}/sign-out`, { body: {} })).status).toBe(404)
    expect(await isSignedIn(customer)).toBe(true)
  })
})
