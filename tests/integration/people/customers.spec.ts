import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CreatedCustomer, Customer } from '../../../shared/schemas/customers.ts'
import type { Prisma } from '../../../server/generated/prisma/client.ts'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const PASSWORD = 'correct horse battery'
let services: TestServices
let http: TestHttp
let admin: Client

beforeAll(async () => {
  services = await createTestServices()
  http = await startHttp(services)
  admin = await http.person('admin', 'Grace')
})
afterAll(async () => {
  await http.close()
  await services.close()
})

async function addCustomer(input: { name?: string, email?: string, password?: string } = {}): Promise<CreatedCustomer> {
  const answer = await admin.request('POST', '/api/admin/customers', { body: { name: 'Ada', email: `${crypto.randomUUID()}@example.com`, ...input } })
  expect(answer.status).toBe(201)
  return answer.body as CreatedCustomer
}
const tokenOf = (url: string | undefined) => url?.split('/invitation/')[1] ?? ''
const signIn = (client: Client, email: string, password = PASSWORD) => client.request('POST', '/api/auth/sign-in/email', { body: { email, password } })

describe('customers', () => {
  it('are added with a link that is shown once, works once, and signs them in', async () => {
    const customer = await addCustomer({ email: 'New.Person@Example.com' })
    expect(customer).toMatchObject({ email: 'new.person@example.com', hasPassword: false, serverCount: 0 })
    expect(customer.invitation?.url).toMatch(new RegExp(`^${http.url}/invitation/[\\w-]{43}$`))
    const path = `/api/invitations/${tokenOf(customer.invitation?.url)}`
    expect((await http.anonymous().request('GET', path)).body).toMatchObject({ name: 'Ada', isReset: false })

    const tabs = await Promise.all(Array.from({ length: 8 }, async () => {
      const client = http.anonymous()
      return { client, answer: await client.request('POST', path, { body: { password: PASSWORD } }) }
    }))
    const winners = tabs.filter(({ answer }) => answer.status === 200)
    expect(winners).toHaveLength(1)
    expect(tabs.every(({ answer }) => answer.status === 200 || answer.status === 404)).toBe(true)
    expect((await winners[0]?.client.request('GET', '/api/auth/get-session'))?.body).toMatchObject({ user: { id: customer.id } })
    expect((await http.anonymous().request('GET', path)).status).toBe(404)
    expect((await signIn(http.anonymous(), customer.email)).status).toBe(200)
    const again = await admin.request('GET', `/api/admin/customers/${customer.id}`)
    expect(again.body).toMatchObject({ hasPassword: true })
    expect(again.text).not.toMatch(/invitation|argon2/)
    // A first password changes none: there is nothing to be warned of.
    expect(await services.db.notification.count({ where: { userId: customer.id } })).toBe(0)
  })

  it('need no link when the admin gives them a password', async () => {
    const customer = await addCustomer({ password: PASSWORD })
    expect(customer).toMatchObject({ invitation: null, hasPassword: true })
    expect((await signIn(http.anonymous(), customer.email)).status).toBe(200)
  })

  it('cannot share an address, in whatever case, and the answer says which field', async () => {
    const customer = await addCustomer()
    const twice = await admin.request('POST', '/api/admin/customers', { body: { name: 'Eve', email: customer.email.toUpperCase() } })
    expect(twice).toMatchObject({ status: 400, body: { fields: { email: expect.stringContaining('exists already') } } })
    const other = await addCustomer()
    const moved = await admin.request('PATCH', `/api/admin/customers/${other.id}`, { body: { email: customer.email } })
    expect(moved).toMatchObject({ status: 400, body: { fields: { email: expect.anything() } } })
  })

  it('get a new link that kills the older one, ends old sessions once it is used, and leaves the old password until then', async () => {
    const customer = await addCustomer({ password: PASSWORD })
    const browser = http.anonymous()
    await signIn(browser, customer.email)
    const [first, second] = [
      await admin.request('POST', `/api/admin/customers/${customer.id}/invitation`),
      await admin.request('POST', `/api/admin/customers/${customer.id}/invitation`),
    ].map((answer) => tokenOf((answer.body as { url: string }).url))
    expect((await http.anonymous().request('GET', `/api/invitations/${first}`)).status).toBe(404)
    expect((await http.anonymous().request('GET', `/api/invitations/${second}`)).body).toMatchObject({ isReset: true })
    expect((await browser.request('GET', '/api/account/sessions')).status).toBe(200)
    expect((await http.anonymous().request('POST', `/api/invitations/${second}`, { body: { password: 'another long password' } })).status).toBe(200)
    expect(await services.db.notification.findMany({ where: { userId: customer.id } })).toMatchObject([{ code: 'password_changed' }])
    expect((await browser.request('GET', '/api/account/sessions')).status).toBe(401)
    expect((await signIn(http.anonymous(), customer.email)).status).toBe(401)
  })

  it('end the session of whoever was signed in before in the browser in which they use their link', async () => {
    const [customer, browser] = [await addCustomer(), await http.person('customer')]
    const before = browser.headers()
    expect((await browser.request('POST', `/api/invitations/${tokenOf(customer.invitation?.url)}`, { body: { password: PASSWORD } })).status).toBe(200)
    expect((await browser.request('GET', '/api/auth/get-session')).body).toMatchObject({ user: { id: customer.id } })
    expect((await http.anonymous().request('GET', '/api/account/sessions', { headers: before })).status).toBe(401)
  })

  it('refuse a link that is over', async () => {
    const customer = await addCustomer()
    await services.db.invitation.updateMany({ where: { userId: customer.id }, data: { expiresAt: new Date(Date.now() - 1000) } })
    const path = `/api/invitations/${tokenOf(customer.invitation?.url)}`
    expect((await http.anonymous().request('GET', path)).status).toBe(404)
    expect((await http.anonymous().request('POST', path, { body: { password: PASSWORD } })).status).toBe(404)
  })

  it('lose an open link when their address changes, and keep it when only the name does', async () => {
    const customer = await addCustomer()
    const link = `/api/invitations/${tokenOf(customer.invitation?.url)}`
    await admin.request('PATCH', `/api/admin/customers/${customer.id}`, { body: { name: 'Ada Lovelace', email: customer.email } })
    expect((await http.anonymous().request('GET', link)).status).toBe(200)
    await admin.request('PATCH', `/api/admin/customers/${customer.id}`, { body: { email: `${crypto.randomUUID()}@example.com` } })
    expect((await http.anonymous().request('GET', link)).status).toBe(404)
    expect((await http.anonymous().request('POST', link, { body: { password: PASSWORD } })).status).toBe(404)
  })

  it('have a week for their first link, and an hour for one that replaces a password', async () => {
    const [invited, known] = [await addCustomer(), await addCustomer({ password: PASSWORD })]
    const hoursLeft = (expiresAt = '') => (Date.parse(expiresAt) - Date.now()) / 3_600_000
    expect(hoursLeft(invited.invitation?.expiresAt)).toBeCloseTo(7 * 24, 1)
    const [again, reset] = await Promise.all([invited, known].map(({ id }) => admin.request('POST', `/api/admin/customers/${id}/invitation`)))
    expect(hoursLeft((again?.body as { expiresAt: string }).expiresAt)).toBeCloseTo(7 * 24, 1)
    expect(hoursLeft((reset?.body as { expiresAt: string }).expiresAt)).toBeCloseTo(1, 1)
  })

  it('lose their sessions and links when they are switched off, and can be switched on again', async () => {
    const customer = await addCustomer({ password: PASSWORD })
    const browser = http.anonymous()
    await signIn(browser, customer.email)
    const path = `/api/admin/customers/${customer.id}`
    expect((await admin.request('PATCH', path, { body: { isDisabled: true } })).body).toMatchObject({ isDisabled: true })
    expect((await browser.request('GET', '/api/account/sessions')).status).toBe(401)
    expect((await signIn(http.anonymous(), customer.email)).status).toBe(401)
    expect((await admin.request('POST', `${path}/invitation`)).body).toMatchObject({ status: 409, code: 'customer_disabled' })
    await admin.request('PATCH', path, { body: { isDisabled: false } })
    expect((await signIn(http.anonymous(), customer.email)).status).toBe(200)
  })

  it('were seen when they signed in, also once no session of theirs stands any more', async () => {
    const customer = await addCustomer({ password: PASSWORD })
    const read = async () => (await admin.request('GET', `/api/admin/customers/${customer.id}`)).body as Customer
    expect((await read()).lastSeenAt).toBeNull()
    await signIn(http.anonymous(), customer.email)
    await services.db.session.deleteMany({ where: { userId: customer.id } })
    const { lastSeenAt } = await read()
    expect(lastSeenAt).toEqual(expect.any(String))
    const list = (await admin.request('GET', `/api/admin/customers?search=${customer.email}`)).body as { items: Customer[] }
    expect(list.items).toMatchObject([{ id: customer.id, lastSeenAt }])
    // A session that was used later says so.
    const usedAt = new Date(Date.now() + 60_000)
    await services.db.session.create({ data: { userId: customer.id, tokenHash: crypto.getRandomValues(new Uint8Array(32)), expiresAt: new Date(Date.now() + 1e6), lastSeenAt: usedAt } })
    expect((await read()).lastSeenAt).toBe(usedAt.toISOString())
  })

  it('tell how many orders a switch of their account touches', async () => {
    const { id } = await addCustomer()
    const plan = await services.db.plan.create({ data: { name: crypto.randomUUID(), features: {} } })
    const order = async (fields: Partial<Prisma.OperationUncheckedCreateInput>) => {
      const server = await services.db.server.create({ data: { reference: `vps-${crypto.randomUUID().slice(0, 5)}`, name: 'web', customerId: id, planId: plan.id } })
      await services.db.operation.create({ data: { serverId: server.id, kind: 'create', step: 'prepare', actorKind: 'system', ...fields } })
    }
    await order({ state: 'waiting' })
    await order({ state: 'succeeded' })
    await order({ kind: 'suspend', step: 'check', state: 'queued' })
    for (const code of ['customer_disabled', 'customer_disabled', 'owner_effect_unknown']) await order({ state: 'needs_attention', diagnosis: { code, params: {} } })
    expect((await admin.request('GET', `/api/admin/customers/${id}`)).body).toMatchObject({ orders: { underWay: 1, stopped: 2 } })
  })

  it('lose their sessions when an admin sets a password', async () => {
    const customer = await addCustomer({ password: PASSWORD })
    const browser = http.anonymous()
    await signIn(browser, customer.email)
    await admin.request('PATCH', `/api/admin/customers/${customer.id}`, { body: { password: 'another long password' } })
    expect((await browser.request('GET', '/api/account/sessions')).status).toBe(401)
    expect((await signIn(http.anonymous(), customer.email, 'another long password')).status).toBe(200)
  })

  it('are paged newest first without a gap or a double, also while new ones come, and found by name or address', async () => {
    const marks = await Promise.all(Array.from({ length: 7 }, (_, n) => addCustomer({ name: `Paged ${n}`, email: `paged-${n}-${crypto.randomUUID()}@example.com` })))
    // Rows of the same millisecond are the case that a page break must survive.
    await services.db.user.updateMany({ where: { id: { in: marks.map(({ id }) => id) } }, data: { createdAt: new Date('2026-01-01T00:00:00Z') } })
    const seen: string[] = []
    let cursor: string | null = ''
    for (let page = 0; cursor !== null && page < 10; page++) {
      const answer = await admin.request('GET', `/api/admin/customers?search=pAgEd&limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      const body = answer.body as { items: Customer[], nextCursor: string | null }
      seen.push(...body.items.map(({ id }) => id))
      cursor = body.nextCursor
      if (page === 1) await addCustomer({ name: 'Paged later' })
    }
    expect([...seen].sort()).toEqual(marks.map(({ id }) => id).sort())
    const found = await admin.request('GET', '/api/admin/customers?search=PAGED-3-')
    expect((found.body as { items: Customer[] }).items).toHaveLength(1)
    // An underscore is one, and not any letter.
    const literal = await admin.request('GET', '/api/admin/customers?search=paged_3')
    expect((literal.body as { items: Customer[] }).items).toEqual([])
    expect((await admin.request('GET', '/api/admin/customers?cursor=nonsense')).body).toMatchObject({ status: 400, fields: { cursor: expect.anything() } })
  })

  it('are not other admins: such an id does not exist here', async () => {
    for (const method of ['GET', 'PATCH']) {
      expect((await admin.request(method, `/api/admin/customers/${admin.userId}`, method === 'PATCH' ? { body: { isDisabled: true } } : {})).status).toBe(404)
    }
  })

  it('leave a trail of who did what, without a password or a token in it', async () => {
    const customer = await addCustomer({ name: 'Audited' })
    await admin.request('PATCH', `/api/admin/customers/${customer.id}`, { body: { name: 'Audited twice', password: 'canary password one' } })
    const answer = await admin.request('GET', `/api/admin/audit-events?entity=customer&entityId=${customer.id}`)
    const { items } = answer.body as { items: { text: string, actor: { name: string }, requestId: string, after: unknown }[] }
    expect(items.map(({ text }) => text)).toEqual(['Set a new password for Audited twice', 'Added the customer Audited'])
    expect(items[0]).toMatchObject({ actor: { kind: 'person', name: 'Grace' }, ipAddress: '127.0.0.1', after: { name: 'Audited twice', passwordChanged: true } })
    expect(answer.text).not.toContain('canary')
    expect(answer.text).not.toContain(tokenOf(customer.invitation?.url))
    await expect(services.db.auditEvent.deleteMany()).rejects.toThrow()
  })
})
