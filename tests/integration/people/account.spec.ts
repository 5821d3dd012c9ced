import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionItem } from '../../../shared/schemas/auth.ts'
import { hashPassword } from '../../../server/domains/sessions/passwords.ts'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const PASSWORD = 'correct horse battery'
let services: TestServices
let http: TestHttp

beforeAll(async () => {
  services = await createTestServices()
  http = await startHttp(services)
})
afterAll(async () => {
  await http.close()
  await services.close()
})

async function signedIn(email: string): Promise<Client> {
  const client = http.anonymous()
  expect((await client.request('POST', '/api/auth/sign-in/email', { body: { email, password: PASSWORD }, headers: { 'user-agent': 'Test browser' } })).status).toBe(200)
  return client
}
const addPerson = async () => services.db.user.create({ data: { email: `${crypto.randomUUID()}@example.com`, name: 'Ada', role: 'customer', passwordHash: await hashPassword(PASSWORD) } })
const sessionsOf = async (client: Client) => ((await client.request('GET', '/api/account/sessions')).body as { items: SessionItem[] }).items

describe('account', () => {
  it('shows where somebody is signed in and ends one place without the others', async () => {
    const { email } = await addPerson()
    const [here, there] = [await signedIn(email), await signedIn(email)]
    const sessions = await sessionsOf(here)
    expect(sessions).toHaveLength(2)
    expect(sessions.filter(({ isCurrent }) => isCurrent)).toHaveLength(1)
    expect(sessions[0]).toMatchObject({ userAgent: 'Test browser', ipAddress: '127.0.0.1' })
    const other = sessions.find(({ isCurrent }) => !isCurrent)
    expect((await here.request('DELETE', `/api/account/sessions/${other?.id}`)).status).toBe(200)
    expect((await there.request('GET', '/api/account/sessions')).status).toBe(401)
    expect(await sessionsOf(here)).toHaveLength(1)
  })

  it('pages through the places where somebody is signed in, each once, without those that ended by themselves', async () => {
    const client = await http.person('customer')
    const past = new Date(Date.now() - 60 * 86_400_000)
    const session = (createdAt: Date, lastSeenAt = new Date()) => ({ userId: client.userId ?? '', tokenHash: crypto.getRandomValues(new Uint8Array(32)), expiresAt: new Date(Date.now() + 1e6), createdAt, lastSeenAt })
    // Some of one moment: the cursor must tell them apart.
    await services.db.session.createMany({ data: [...Array.from({ length: 4 }, () => session(past)), session(new Date(past.getTime() + 1)), session(past, past)] })
    const seen: string[] = []
    for (let cursor = ''; ;) {
      const { body } = await client.request('GET', `/api/account/sessions?limit=2${cursor}`) as { body: { items: SessionItem[], nextCursor: string | null } }
      seen.push(...body.items.map(({ id }) => id))
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(new Set(seen).size).toBe(6)
    expect(seen).toHaveLength(6)
  })

  it('cannot end somebody else\'s session: it answers like one that is not there', async () => {
    const [mine, theirs] = [await http.person('customer'), await http.person('customer')]
    const [session] = await sessionsOf(theirs)
    expect((await mine.request('DELETE', `/api/account/sessions/${session?.id}`)).status).toBe(404)
    expect(await sessionsOf(theirs)).toHaveLength(1)
  })

  it('ends every other sign-in when the password changes, and keeps this browser under a new token', async () => {
    const { email } = await addPerson()
    const [here, there] = [await signedIn(email), await signedIn(email)]
    const before = here.headers().cookie ?? ''
    const wrong = await here.request('POST', '/api/account/password', { body: { currentPassword: 'not this one', newPassword: 'another long password' } })
    expect(wrong).toMatchObject({ status: 400, body: { fields: { currentPassword: expect.anything() } } })
    expect((await there.request('GET', '/api/account/sessions')).status).toBe(200)

    expect((await here.request('POST', '/api/account/password', { body: { currentPassword: PASSWORD, newPassword: 'another long password' } })).status).toBe(200)
    expect((await there.request('GET', '/api/account/sessions')).status).toBe(401)
    expect(await sessionsOf(here)).toHaveLength(1)
    expect(here.headers().cookie).not.toBe(before)
    expect((await http.anonymous().request('GET', '/api/account/sessions', { headers: { cookie: before } })).status).toBe(401)
  })

  it('slows down guessing the current password in a session that was left open', async () => {
    const { email } = await addPerson()
    const client = await signedIn(email)
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => client.request('POST', '/api/account/password', { body: { currentPassword: `guess ${n}`, newPassword: 'another long password' } })))
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(11)
  })

  it('changes the own name and nothing that was not asked for', async () => {
    const client = await http.person('customer')
    const answer = await client.request('PATCH', '/api/account', { body: { name: ' Ada Lovelace ', role: 'admin', email: 'x@example.com' } })
    expect(answer.body).toMatchObject({ name: 'Ada Lovelace', role: 'customer' })
    expect(answer.text).not.toContain('x@example.com')
    expect((await client.request('PATCH', '/api/account', { body: { name: 'a\nb' } })).status).toBe(400)
  })
})
