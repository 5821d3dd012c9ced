import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hashPassword } from '../../../server/domains/sessions/passwords.ts'
import { signIn } from '../../../server/domains/sessions/sign-in.ts'
import { accountScopes, throttleGuesses } from '../../../server/domains/sessions/throttle-guesses.ts'
import { AppError } from '../../../server/errors.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const PASSWORD = 'correct horse battery'
const HOME = '192.0.2.1'
let services: TestServices
let passwordHash: string

beforeAll(async () => {
  services = await createTestServices()
  passwordHash = await hashPassword(PASSWORD)
})
afterAll(() => services.close())
afterEach(() => services.db.rateLimit.deleteMany())

const addPerson = () => services.db.user.create({ data: { email: `${randomUUID()}@example.com`, name: 'Ada', role: 'customer', passwordHash } })

/** What comes of one try: 200 for a session, else the status of the refusal. */
async function tryFrom(ipAddress: string, email: string, password = PASSWORD): Promise<number> {
  const call = { ...services, user: null, requestId: randomUUID(), ipAddress }
  return signIn(call, { email, password }, null).then(() => 200, ({ status }: { status: number }) => status)
}
/** As if everything that was guessed at or from so far had failed so often. */
const countAs = (points: number) => services.db.rateLimit.updateMany({ where: { key: { startsWith: 'failures:' } }, data: { points } })

/** Leaves an account as it is after many networks have guessed at it: the next guess has to wait. */
async function besiege(email: string): Promise<void> {
  expect(await tryFrom('203.0.113.1', email, 'a guess')).toBe(401)
  await countAs(60)
  expect(await tryFrom('203.0.113.2', email, 'a guess')).toBe(401)
}

describe('an account that many networks guess at', () => {
  it('makes strange places wait, and lets its owner in from where they have signed in lately', async () => {
    const { email } = await addPerson()
    expect(await tryFrom(HOME, email)).toBe(200)
    expect(await tryFrom('2001:db8:1:2::5', email)).toBe(200)
    await besiege(email)
    expect(await tryFrom('203.0.113.3', email)).toBe(429)
    expect(await tryFrom('2001:db8:1:2::9', email)).toBe(200)
    await besiege(email)
    expect(await tryFrom(HOME, email)).toBe(200)
  })

  it('makes a known place wait for what was guessed there', async () => {
    const { email } = await addPerson()
    expect(await tryFrom(HOME, email)).toBe(200)
    expect(await tryFrom(HOME, email, 'a guess')).toBe(401)
    await besiege(email)
    await countAs(60)
    expect(await tryFrom(HOME, email, 'a guess')).toBe(401)
    expect(await tryFrom(HOME, email)).toBe(429)
  })

  it('does not know a place by somebody else, nor by what is over for a month', async () => {
    const [{ id, email }, neighbour] = [await addPerson(), await addPerson()]
    expect(await tryFrom(HOME, neighbour.email)).toBe(200)
    await services.db.auditEvent.create({
      data: { actorKind: 'person', actorId: id, actorName: 'Ada', action: 'session.started', entity: 'person', entityId: id, ipAddress: '192.0.2.2', createdAt: new Date(Date.now() - 31 * 86_400_000) },
    })
    await besiege(email)
    expect(await tryFrom(HOME, email)).toBe(429)
    expect(await tryFrom('192.0.2.2', email)).toBe(429)
  })
})

describe('a network that has to wait', () => {
  it('leaves no row for each address that it makes up', async () => {
    expect(await tryFrom('203.0.113.1', 'first@example.com', 'a guess')).toBe(401)
    await countAs(200)
    expect(await tryFrom('203.0.113.1', 'second@example.com', 'a guess')).toBe(401)
    const before = await services.db.rateLimit.count()
    for (let n = 0; n < 5; n++) expect(await tryFrom('203.0.113.1', `made-up-${n}@example.com`, 'a guess')).toBe(429)
    expect(await services.db.rateLimit.count()).toBe(before)
  })
})

describe('a guess that was never compared', () => {
  const failedPoints = async () => (await services.db.rateLimit.findMany({ where: { key: { startsWith: 'failures:' } } })).map(({ points }) => points)

  it('uses up nobody\'s tries: whoever comes again as the full line asks them to is let in', async () => {
    const { email } = await addPerson()
    const busy = new AppError('unavailable', 'Too many people sign in at this moment.', { retryAfterSeconds: 5 })
    for (let time = 0; time < 20; time++) {
      await expect(throttleGuesses(services, accountScopes(email, HOME), () => Promise.reject(busy))).rejects.toBe(busy)
    }
    expect(await failedPoints()).toEqual([0, 0, 0])
    expect(await tryFrom(HOME, email)).toBe(200)
  })

  it('is taken back too where it could not be asked whether the place is known', async () => {
    const { email } = await addPerson()
    await besiege(email)
    const before = await failedPoints()
    const away = new Error('the database is away')
    await expect(throttleGuesses(services, accountScopes(email, '203.0.113.1', () => Promise.reject(away)), () => Promise.resolve(true))).rejects.toBe(away)
    expect((await failedPoints()).sort()).toEqual(before.sort())
  })

  it('leaves those that were compared counted', async () => {
    const { email } = await addPerson()
    for (let time = 0; time < 3; time++) expect(await tryFrom(HOME, email, 'a guess')).toBe(401)
    await throttleGuesses(services, accountScopes(email, HOME), () => Promise.reject(new Error('not compared'))).catch(() => {})
    expect(await failedPoints()).toEqual([3, 3, 3])
  })
})
