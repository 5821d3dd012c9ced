import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Access, DeclaredRoute } from '../../../server/utils/define-route.ts'
import { isDeclared } from '../../../server/utils/require-declared-routes.ts'
import { mountedRoutes, startHttp, type Client, type MountedRoute, type TestHttp } from '../support/http.ts'
import { seedTenant, type Tenant } from '../support/tenants.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

type Caller = 'nobody' | 'customer' | 'admin'

/** The written policy: what each kind of caller gets at the door. `in` is anything behind it. */
const POLICY: Record<Access, Record<Caller, 401 | 403 | 'in'>> = {
  anyone: { nobody: 'in', customer: 'in', admin: 'in' },
  signedIn: { nobody: 401, customer: 'in', admin: 'in' },
  customer: { nobody: 401, customer: 'in', admin: 403 },
  admin: { nobody: 401, customer: 403, admin: 'in' },
  // A session is no secret of a machine.
  machine: { nobody: 401, customer: 401, admin: 401 },
}

/** Bodies that pass their schema, so that a call reaches the look-up of its id. A new route with a body and an id needs one. */
const BODIES: Record<string, unknown> = {
  'PATCH /api/servers/:id': { name: 'stolen' },
  'POST /api/servers/:id/power': { action: 'boot' },
  'PATCH /api/admin/customers/:id': { name: 'changed' },
  'PUT /api/admin/customers/:id/panel-user': { extRelationId: 1, virtfusionUserId: 1, reason: 'test' },
  'DELETE /api/admin/customers/:id/panel-user': { virtfusionUserId: 1, reason: 'test' },
  'PATCH /api/admin/plans/:id': { name: 'changed' },
  'POST /api/admin/servers/:id/power': { action: 'boot' },
  'POST /api/admin/servers/:id/suspend': {},
  'POST /api/admin/servers/:id/rebuild': { operatingSystemId: 1, confirm: 'x' },
  'PATCH /api/admin/servers/:id': { name: 'changed' },
  'DELETE /api/admin/servers/:id': { delayMinutes: 0, confirm: 'x' },
  'POST /api/admin/safety/alarms/:id/confirm': { operationIds: [], reason: 'test' },
  'POST /api/admin/safety/alarms/:id/cancel': { operationIds: [], reason: 'test' },
  'POST /api/admin/drift/:id/resolve': { decision: 'ignore', reason: 'test' },
  'POST /api/admin/orphans/:id/adopt': { customerId: '01890000-0000-7000-8000-000000000000', planId: '01890000-0000-7000-8000-000000000000' },
  'POST /api/admin/orphans/:id/ignore': { reason: 'test' },
  'POST /api/admin/orphans/:id/delete': { confirm: 'x', planId: '01890000-0000-7000-8000-000000000000', reason: 'test' },
  'POST /api/admin/operations/:id/resolve': { decision: 'abandon', reason: 'test' },
}

const ABSENT = '01890000-0000-7000-8000-000000000000'
const found = (await mountedRoutes()).filter(({ route }) => route !== '/api/**')
/** The stream never ends by itself; it has its own tests. */
const walked = found.filter(({ route }) => route !== '/api/events')
const nameOf = ({ method, route }: MountedRoute) => `${method?.toUpperCase()} ${route}`
const declaration = (mounted: MountedRoute) => (mounted.handler as DeclaredRoute).route
const withId = (route: string, id: string) => route.replace(/:\w+/, id)
const withoutRequestId = (text: string) => text.replace(/"requestId":"[^"]+"/g, '"requestId":""')

let services: TestServices
let http: TestHttp
let a: Tenant
let b: Tenant

beforeAll(async () => {
  services = await createTestServices()
  http = await startHttp(services)
  a = await seedTenant(services, http, 'Alice')
  b = await seedTenant(services, http, 'Bob')
})
afterAll(async () => {
  await http?.close()
  await services?.close()
})

const call = (client: Client, mounted: MountedRoute, id = ABSENT) => {
  const name = nameOf(mounted)
  const hasBody = declaration(mounted).body !== undefined
  return client.request(mounted.method?.toUpperCase() ?? 'GET', withId(mounted.route, id), hasBody ? { body: BODIES[name] ?? {} } : {})
}

describe('every route', () => {
  it('is found at all: the walk is not walking an empty house', () => {
    expect(found.length).toBeGreaterThan(40)
  })

  it.each(found)('$file says who may call it', ({ handler, method }) => {
    expect(isDeclared(handler)).toBe(true)
    expect(method).toBeDefined()
  })

  it('knows its caller, but for the two that answer while the database is away', () => {
    expect(found.filter((mounted) => declaration(mounted).ignoresSession).map(nameOf)).toEqual(['GET /api/health', 'GET /api/ready'])
  })

  it.each(walked)('$method $route opens for those it names and for nobody else', async (mounted) => {
    const { access } = declaration(mounted)
    const callers: Record<Caller, Client> = { nobody: http.anonymous(), customer: await http.person('customer'), admin: await http.person('admin') }
    for (const caller of ['nobody', 'customer', 'admin'] as const) {
      const answer = await call(callers[caller], mounted)
      const expected = POLICY[access][caller]
      if (expected === 'in') expect.soft([401, 403, 405, 500], `${caller}: ${answer.text}`).not.toContain(answer.status)
      else expect.soft(answer.status, caller).toBe(expected)
      expect.soft(answer.headers.get('cache-control'), caller).toBe('no-store')
      expect.soft(answer.headers.get('x-content-type-options'), caller).toBe('nosniff')
      if (answer.status >= 400) {
        expect.soft(answer.headers.get('content-type'), caller).toMatch(/^application\/problem\+json/)
        expect.soft(answer.body, caller).toMatchObject({ status: answer.status, requestId: answer.headers.get('x-request-id') })
      }
    }
  })

  it.each(walked.filter(({ method }) => method === 'get'))('$method $route pages like every other where it answers a list', async (mounted) => {
    const { access, query } = declaration(mounted)
    const { status, body } = await call(access === 'admin' ? await http.person('admin') : a.client, mounted, a.ids.server)
    if (status !== 200 || typeof body !== 'object' || body === null || !('items' in body)) return
    expect(body).toHaveProperty('nextCursor')
    // One page by its nature: what Berth can do with a token.
    if (mounted.route === '/api/admin/settings/capabilities') return
    expect(Object.keys(query && 'shape' in query ? query.shape as object : {})).toEqual(expect.arrayContaining(['limit', 'cursor']))
  })

  it.each(walked.filter(({ route }) => route.includes(':id')))('$method $route takes every odd id for one that does not exist, without an error of ours', async (mounted) => {
    const client = await http.person(declaration(mounted).access === 'admin' ? 'admin' : 'customer')
    for (const id of ['1', 'null', '%00', '%E0%A4%A', '..%2f..%2fetc', '%7B%22contains%22%3A%22%22%7D', 'x'.repeat(2000)]) {
      expect.soft((await call(client, mounted, id)).status, id).toBe(404)
    }
  })
})

describe('what is somebody else\'s', () => {
  const owned = walked.filter((mounted) => mounted.route.includes(':id') && ['customer', 'signedIn'].includes(declaration(mounted).access))

  it.each(owned)('$method $route answers a stranger byte for byte as if it did not exist, and changes nothing', async (mounted) => {
    const before = await a.fingerprint()
    const absent = await call(b.client, mounted)
    expect(absent.status, `${nameOf(mounted)} needs a body in BODIES that passes its schema: ${absent.text}`).toBe(404)
    for (const [what, id] of Object.entries(a.ids)) {
      const foreign = await call(b.client, mounted, id)
      expect.soft(foreign.status, what).toBe(404)
      expect.soft(withoutRequestId(foreign.text), what).toBe(withoutRequestId(absent.text))
      expect.soft(headersOf(foreign.headers), what).toEqual(headersOf(absent.headers))
    }
    expect(await a.fingerprint()).toBe(before)
  })

  it('never shows in an answer, whatever is asked for', async () => {
    const reads = walked.filter(({ method }) => method === 'get')
    for (const mounted of reads) {
      const paths = mounted.route.includes(':')
        ? [...Object.values(a.ids), ...Object.values(b.ids)].map((id) => withId(mounted.route, id))
        : [mounted.route, ...filters(a).map((query) => `${mounted.route}?${query}`)]
      for (const path of paths) {
        const { text, status } = await b.client.request('GET', path)
        expect.soft(status, path).not.toBe(500)
        for (const canary of a.canaries) expect.soft(text, `${path} shows ${canary}`).not.toContain(canary)
      }
    }
  })

  it('is shown to the owner, so the canaries do sing', async () => {
    const list = await a.client.request('GET', '/api/servers')
    expect(list.text).toContain(a.canaries[0])
    const notifications = await a.client.request('GET', '/api/notifications')
    expect(notifications.text).toContain(a.ids.notification)
  })

  it('keeps what only staff may know from the owner too', async () => {
    for (const path of ['/api/servers', `/api/servers/${a.ids.server}`, `/api/servers/${a.ids.server}/activity`]) {
      const { text } = await a.client.request('GET', path)
      for (const secret of a.staffOnly) expect.soft(text, path).not.toContain(secret)
    }
  })
})

const headersOf = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)))
const filters = (tenant: Tenant) => [`search=${encodeURIComponent(tenant.canaries[0] ?? '')}`, `customerId=${tenant.ids.person}`, `serverId=${tenant.ids.server}`, 'limit=200']
