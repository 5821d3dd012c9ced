import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { hashPassword } from '../../../server/domains/sessions/passwords.ts'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const PASSWORD = 'correct horse battery'
let services: TestServices
let http: TestHttp
let passwordHash: string

beforeAll(async () => {
  services = await createTestServices()
  http = await startHttp(services)
  passwordHash = await hashPassword(PASSWORD)
})
afterAll(async () => {
  await http.close()
  await services.close()
})
afterEach(async () => {
  vi.useRealTimers()
  await services.db.rateLimit.deleteMany()
})

async function addPerson(data: { role?: 'admin' | 'customer', disabledAt?: Date, passwordHash?: string | null } = {}) {
  const email = `${crypto.randomUUID()}@example.com`
  return services.db.user.create({ data: { email, name: 'Ada', role: 'customer', passwordHash, ...data } })
}
const signIn = (client = http.anonymous(), email = '', password = PASSWORD) => client.request('POST', '/api/auth/sign-in/email', { body: { email, password } })
const session = (client: Client) => client.request('GET', '/api/auth/get-session')
/** Lets the clock of the process stand `ms` later; timers go on as they are. */
const travel = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })

describe('signing in', () => {
  it('opens a session by a cookie that scripts cannot read, and whose token is nowhere in the database', async () => {
    const person = await addPerson()
    const client = http.anonymous()
    expect(await session(client)).toMatchObject({ status: 200, text: 'null' })
    const answer = await signIn(client, ` ${person.email.toUpperCase()} `)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ user: { id: person.id, role: 'customer' } })
    const cookie = answer.headers.getSetCookie()[0] ?? ''
    expect(cookie).toMatch(/^berth-session=.{43};.*HttpOnly/)
    expect(cookie).toMatch(/SameSite=Lax/)
    expect((await session(client)).body).toMatchObject({ user: { email: person.email } })
    const token = cookie.slice('berth-session='.length, 'berth-session='.length + 43)
    const rows = await services.database.pool.query('select s::text as row from sessions s')
    for (const { row } of rows.rows as { row: string }[]) expect(row).not.toContain(token)
  })

  it('answers unknown, wrong, disabled and not yet invited people alike, so nobody learns who exists', async () => {
    const [known, disabled, invited] = await Promise.all([addPerson(), addPerson({ disabledAt: new Date() }), addPerson({ passwordHash: null })])
    const answers = await Promise.all([
      signIn(http.anonymous(), 'nobody@example.com'),
      signIn(http.anonymous(), known.email, 'wrong password'),
      signIn(http.anonymous(), disabled.email),
      signIn(http.anonymous(), invited.email),
    ])
    const texts = answers.map(({ status, text }) => `${status} ${text.replace(/"requestId":"[^"]+"/, '')}`)
    expect(new Set(texts).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
  })

  it('makes a new hash in passing when the parameters have changed', async () => {
    const old = '$argon2id$v=19$m=8,t=1,p=1$'
    const { argon2Sync } = await import('node:crypto')
    const nonce = Buffer.from('0123456789abcdef')
    const tag = argon2Sync('argon2id', { message: PASSWORD, nonce, memory: 8, passes: 1, parallelism: 1, tagLength: 32 })
    const person = await addPerson({ passwordHash: `${old}${nonce.toString('base64').replaceAll('=', '')}$${tag.toString('base64').replaceAll('=', '')}` })
    expect((await signIn(http.anonymous(), person.email)).status).toBe(200)
    const stored = await services.db.user.findUniqueOrThrow({ where: { id: person.id } })
    expect(stored.passwordHash).toMatch(/m=19456,t=2,p=1/)
    expect((await signIn(http.anonymous(), person.email)).status).toBe(200)
  })
})

describe('sessions', () => {
  it('ends with the sign-out, also for a copy of the cookie', async () => {
    const person = await addPerson()
    const client = http.anonymous()
    await signIn(client, person.email)
    const { cookie = '' } = client.headers()
    expect((await client.request('POST', '/api/auth/sign-out')).status).toBe(200)
    expect((await session(client)).body).toBeNull()
    const copy = await http.anonymous().request('GET', '/api/account/sessions', { headers: { cookie } })
    expect(copy.status).toBe(401)
  })

  it('ends when it was not used for 8 hours by an admin, and lives on for a customer', async () => {
    const [admin, customer] = [await http.person('admin'), await http.person('customer')]
    travel(9 * 3_600_000)
    services.now = () => new Date()
    expect((await session(admin)).body).toBeNull()
    expect((await session(customer)).body).not.toBeNull()
  })

  it('is not kept alive by a tab that only listens', async () => {
    const admin = await http.person('admin')
    travel(7.9 * 3_600_000)
    const aborter = new AbortController()
    const stream = await fetch(`${http.url}/api/events`, { headers: admin.headers(), signal: aborter.signal })
    const before = await services.db.session.findFirstOrThrow({ where: { userId: admin.userId ?? '' } })
    travel(120_000)
    // A hint to read again makes the stream look at its session.
    await services.events.publish(services.db, { type: 'resync' }, { admins: false, userId: admin.userId })
    await stream.body?.getReader().read()
    const after = await services.db.session.findFirstOrThrow({ where: { userId: admin.userId ?? '' } })
    expect(after.lastSeenAt).toEqual(before.lastSeenAt)
    aborter.abort()
  })

  it('stays while it is used, up to its absolute end', async () => {
    const admin = await http.person('admin')
    for (let day = 0; day < 6; day++) {
      for (let step = 0; step < 4; step++) {
        travel(6 * 3_600_000)
        expect((await session(admin)).body).not.toBeNull()
      }
    }
    travel(6 * 3_600_000)
    expect((await session(admin)).body).not.toBeNull()
    travel(18 * 3_600_000)
    expect((await session(admin)).body).toBeNull()
  })

  it('ends at once when the person is switched off', async () => {
    const client = await http.person('customer')
    await services.db.user.update({ where: { id: client.userId ?? '' }, data: { disabledAt: new Date() } })
    expect((await session(client)).body).toBeNull()
  })
})

describe('guessing', () => {
  it('is slowed down with growing waits and a time to come back, and never locked for good', async () => {
    const person = await addPerson()
    vi.useFakeTimers({ toFake: ['Date'] })
    const statuses: number[] = []
    for (let guess = 0; guess < 10; guess++) statuses.push((await signIn(http.anonymous(), person.email, `guess ${guess}`)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 401, 401, 401, 429])
    const refused = await signIn(http.anonymous(), person.email)
    expect(refused.status).toBe(429)
    expect(refused.body).toMatchObject({ code: 'too_many_requests' })
    expect(refused.headers.get('retry-after')).toBe('2')
    travel(2001)
    expect((await signIn(http.anonymous(), person.email, 'wrong again')).status).toBe(401)
    expect((await signIn(http.anonymous(), person.email)).headers.get('retry-after')).toBe('4')
    travel(4001)
    expect((await signIn(http.anonymous(), person.email)).status).toBe(200)
    // The right password wipes the slate.
    for (let guess = 0; guess < 8; guess++) expect((await signIn(http.anonymous(), person.email, 'wrong')).status).toBe(401)
  })

  it('lets no more through when many guesses come at once', async () => {
    const person = await addPerson()
    vi.useFakeTimers({ toFake: ['Date'] }) // a slow machine would take longer than the first wait
    const answers = await Promise.all(Array.from({ length: 40 }, (_, guess) => signIn(http.anonymous(), person.email, `guess ${guess}`)))
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(9)
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(31)
  })

  it('does not count those who sign in rightly, however often', async () => {
    const person = await addPerson()
    for (let time = 0; time < 30; time++) expect((await signIn(http.anonymous(), person.email)).status).toBe(200)
  })

  it('stores hashes only of whom and from where', async () => {
    const person = await addPerson()
    await signIn(http.anonymous(), person.email, 'wrong')
    const rows = await services.db.rateLimit.findMany()
    expect(rows.length).toBeGreaterThan(0)
    for (const { key } of rows) expect(key).toMatch(/^(failures|gate):[0-9a-f]{64}$/)
  })
})
