import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInvitation } from '../../../server/domains/invitations/create-invitation.ts'
import { hashPassword } from '../../../server/domains/sessions/passwords.ts'
import { startHttp, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const PASSWORD = 'correct horse battery'
const PUBLIC_URL = 'https://panel.example.com'
let services: TestServices
let http: TestHttp
let person: { id: string, email: string }

beforeAll(async () => {
  services = await createTestServices({ PUBLIC_URL })
  http = await startHttp(services)
  person = await services.db.user.create({ data: { email: 'ada@example.com', name: 'Ada', role: 'customer', passwordHash: await hashPassword(PASSWORD) } })
})
afterAll(async () => {
  await http.close()
  await services.close()
})

const post = (path: string, body: object, headers: Record<string, string>) => http.anonymous().request('POST', path, { body, headers })
const signIn = (headers: Record<string, string>) => post('/api/auth/sign-in/email', { email: person.email, password: PASSWORD }, headers)

describe('a browser that came over plain http although PUBLIC_URL is https', () => {
  it('is told which address to open, instead of a sign-in whose cookie it would drop', async () => {
    const answer = await signIn({ origin: http.url })
    expect(answer).toMatchObject({ status: 403, body: { code: 'cookie_needs_https', detail: expect.stringMatching(/^Open https:\/\/panel\.example\.com: .*PUBLIC_URL is https/) } })
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await services.db.session.count({ where: { userId: person.id } })).toBe(0)
  })

  it('uses up neither an invitation nor the set-up', async () => {
    const { url } = await services.db.$transaction((tx) => createInvitation(tx, services, person.id, PUBLIC_URL, 'reset'))
    const path = `/api/invitations/${url.split('/invitation/')[1]}`
    expect(await post(path, { password: PASSWORD }, { origin: http.url })).toMatchObject({ status: 403, body: { code: 'cookie_needs_https' } })
    expect((await http.anonymous().request('GET', path)).status).toBe(200)
    const setup = { code: 'AAAA-AAAA-AAAA', name: 'Grace', email: 'grace@example.com', password: PASSWORD }
    expect(await post('/api/setup', setup, { origin: http.url })).toMatchObject({ status: 403, body: { code: 'cookie_needs_https' } })
  })

  it.each<[string, () => Record<string, string>]>([
    ['the public address', () => ({ 'origin': PUBLIC_URL, 'sec-fetch-site': 'same-origin' })],
    ['the public address, in an older browser', () => ({ origin: PUBLIC_URL })],
    ['localhost, where browsers keep Secure cookies, and say that they take it for safe', () => ({ 'origin': http.url, 'sec-fetch-site': 'same-origin' })],
    ['a program that is no browser', () => ({})],
  ])('is not meant by a sign-in from %s', async (_, headers) => {
    const answer = await signIn(headers())
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-berth-session=.*Secure/)
  })
})
