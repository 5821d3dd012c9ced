import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { changePassword } from '../../../server/domains/account/change-password.ts'
import { resetCustomerAccess } from '../../../server/domains/customers/reset-customer-access.ts'
import { acceptInvitation } from '../../../server/domains/invitations/accept-invitation.ts'
import { createInvitation } from '../../../server/domains/invitations/create-invitation.ts'
import { setPassword } from '../../../server/domains/people/set-password.ts'
import { hashPassword } from '../../../server/domains/sessions/passwords.ts'
import { signIn } from '../../../server/domains/sessions/sign-in.ts'
import type { Db } from '../../../server/context.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'

const PASSWORD = 'correct horse battery'
let services: TestServices
let passwordHash: string
let otherHash: string

beforeAll(async () => {
  services = await createTestServices()
  ;[passwordHash, otherHash] = await Promise.all([hashPassword(PASSWORD), hashPassword('another long password')])
})
afterAll(() => services.close())

const addPerson = () => services.db.user.create({ data: { email: `${randomUUID()}@example.com`, name: 'Ada', role: 'customer', passwordHash } })

/** Whether somebody stands still at a lock of this database. */
async function isSomebodyWaiting(): Promise<boolean> {
  const { rowCount } = await services.database.pool.query('select from pg_stat_activity where datname = current_database() and wait_event_type = \'Lock\'')
  return rowCount !== 0
}

/** Holds the person's row while `act` runs to where it needs that row; then `change` is made and committed, and `act` goes on. */
async function overtake<T>(userId: string, act: () => Promise<T>, change: (tx: Db) => Promise<unknown>): Promise<PromiseSettledResult<T> | undefined> {
  const acting = await services.db.$transaction(async (tx) => {
    await tx.$queryRaw`select id from users where id = ${userId}::uuid for update`
    const settled = Promise.allSettled([act()])
    await vi.waitUntil(isSomebodyWaiting, { timeout: 60_000, interval: 10 })
    await change(tx)
    return { settled }
  })
  return (await acting.settled)[0]
}

describe('a password that changes while it is being used', () => {
  it('opens no session any more, for the change has ended all of them', async () => {
    const person = await addPerson()
    const call = { ...services, user: null, requestId: randomUUID(), ipAddress: '192.0.2.1' }
    const outcome = await overtake(person.id, () => signIn(call, { email: person.email, password: PASSWORD }, null), (tx) => setPassword(tx, services, person.id, otherHash))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { status: 401, reason: 'invalid_credentials' } })
    expect(await services.db.session.count({ where: { userId: person.id } })).toBe(0)
  })

  it('opens no session for somebody who was switched off meanwhile', async () => {
    const person = await addPerson()
    const call = { ...services, user: null, requestId: randomUUID(), ipAddress: '192.0.2.1' }
    const outcome = await overtake(person.id, () => signIn(call, { email: person.email, password: PASSWORD }, null),
      (tx) => tx.user.update({ where: { id: person.id }, data: { disabledAt: new Date() } }))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'invalid_credentials' } })
    expect(await services.db.session.count({ where: { userId: person.id } })).toBe(0)
  })

  it('cannot be changed once more by whoever knows the old one only', async () => {
    const person = await addPerson()
    const outcome = await overtake(person.id, () => changePassword(callAs(services, person), { currentPassword: PASSWORD, newPassword: 'what the thief would like' }, null),
      (tx) => setPassword(tx, services, person.id, otherHash))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { fields: { currentPassword: expect.anything() } } })
    expect(await services.db.user.findUnique({ where: { id: person.id }, select: { passwordHash: true } })).toEqual({ passwordHash: otherHash })
    expect(await services.db.session.count({ where: { userId: person.id } })).toBe(0)
  })
})

describe('a link that is taken back', () => {
  it('sets no password when that happens while it is being used, and answers like one that never was', async () => {
    const person = await addPerson()
    const { url } = await services.db.$transaction((tx) => createInvitation(tx, services, person.id, 'http://127.0.0.1', 'reset'))
    const call = { ...services, user: null, requestId: randomUUID(), ipAddress: '192.0.2.1' }
    const outcome = await overtake(person.id, () => acceptInvitation(call, url.split('/invitation/')[1] ?? '', 'what the thief would like', null),
      (tx) => tx.invitation.deleteMany({ where: { userId: person.id } }))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { status: 404 } })
    expect(await services.db.user.findUnique({ where: { id: person.id }, select: { passwordHash: true } })).toEqual({ passwordHash })
  })

  it('is followed by the one that an admin makes at the same moment', async () => {
    const [person, admin] = [await addPerson(), await services.db.user.create({ data: { email: `${randomUUID()}@example.com`, name: 'Grace', role: 'admin' } })]
    await services.db.$transaction((tx) => createInvitation(tx, services, person.id, 'http://127.0.0.1', 'reset'))
    const outcome = await overtake(person.id, () => resetCustomerAccess(callAs(services, admin), person.id, 'http://127.0.0.1'),
      (tx) => tx.invitation.deleteMany({ where: { userId: person.id } }))
    expect(outcome).toMatchObject({ status: 'fulfilled' })
    expect(await services.db.invitation.count({ where: { userId: person.id } })).toBe(1)
  })
})
