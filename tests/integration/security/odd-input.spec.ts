import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeclaredRoute } from '../../../server/utils/define-route.ts'
import { mountedRoutes, startHttp, type Client, type MountedRoute, type TestHttp } from '../support/http.ts'
import { seedTenant, type Tenant } from '../support/tenants.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const ABSENT = '01890000-0000-7000-8000-000000000000'
const FEATURES = { virtfusion_package_id: 1, virtfusion_user_id: 1, virtfusion_hypervisor_id: 1, virtfusion_firewall_rulesets: [1], of_a_later_panel: { nested: ['x', 1] } }

/** A body with every field that its schema takes. A new route with a body needs one. */
const BODIES: Record<string, unknown> = {
  'PATCH /api/account': { name: 'Ada' },
  'POST /api/account/password': { currentPassword: 'not the password', newPassword: 'another long password' },
  'POST /api/auth/sign-in/email': { email: 'nobody@example.com', password: 'not the password' },
  'POST /api/setup': { code: 'not the code', name: 'Ada', email: 'ada@example.com', password: 'a long password here' },
  'POST /api/invitations/:token': { password: 'a long password here' },
  'POST /api/notifications/read-all': { upTo: ABSENT },
  'PATCH /api/servers/:id': { name: 'web' },
  'POST /api/servers/:id/power': { action: 'boot' },
  'POST /api/admin/customers': { name: 'Ada', email: 'ada@example.com', password: 'a long password here' },
  'PATCH /api/admin/customers/:id': { name: 'Ada', email: 'ada2@example.com', isDisabled: false },
  'PUT /api/admin/customers/:id/panel-user': { extRelationId: 1, virtfusionUserId: 1, reason: 'test', operationIds: [ABSENT] },
  'DELETE /api/admin/customers/:id/panel-user': { virtfusionUserId: 1, reason: 'test' },
  'POST /api/admin/plans': { name: 'S', description: 'small', isActive: true, features: FEATURES },
  'PATCH /api/admin/plans/:id': { name: 'S', description: 'small', isActive: true, features: FEATURES, updatedAt: '2026-01-01T00:00:00.000Z' },
  'POST /api/admin/servers': { customerId: ABSENT, planId: ABSENT, name: 'web', hostname: 'web.example.com', operatingSystemId: 1, overrides: { virtfusion_memory: 1024, of_a_later_panel: 'x' } },
  'POST /api/admin/servers/:id/power': { action: 'boot' },
  'POST /api/admin/servers/:id/suspend': { reason: 'unpaid' },
  'POST /api/admin/servers/:id/rebuild': { operatingSystemId: 1, confirm: 'x' },
  'PATCH /api/admin/servers/:id': { name: 'web', isProtected: true },
  'DELETE /api/admin/servers/:id': { delayMinutes: 1, confirm: 'x' },
  'POST /api/admin/safety/alarms/:id/confirm': { operationIds: [ABSENT], reason: 'test' },
  'POST /api/admin/safety/alarms/:id/cancel': { operationIds: [ABSENT], reason: 'test' },
  'POST /api/admin/drift/:id/resolve': { decision: 'ignore', reason: 'test' },
  'POST /api/admin/orphans/:id/adopt': { customerId: ABSENT, planId: ABSENT, name: 'web' },
  'POST /api/admin/orphans/:id/ignore': { reason: 'test' },
  'POST /api/admin/orphans/:id/delete': { confirm: 'x', planId: ABSENT, reason: 'test' },
  'POST /api/admin/orphans/adopt-many': { csv: 'virtfusion_server_id,customer_email,plan\n1,ada@example.com,S' },
  'POST /api/admin/orphans/adopt-preview': { rows: [{ orphanId: ABSENT, customerId: ABSENT, planId: ABSENT, name: 'web' }] },
  'POST /api/admin/operations/:id/retry': { reason: 'test' },
  'POST /api/admin/operations/:id/cancel': { reason: 'test' },
  'POST /api/admin/operations/:id/resolve': { decision: 'adopt', virtfusionServerId: 1, reason: 'test' },
  'POST /api/admin/safe-mode/enter': { reason: 'test' },
  'POST /api/admin/safe-mode/leave': { decision: 'same_panel', confirm: 'x', reason: 'test' },
  'PUT /api/admin/settings/identity': { keepsWitness: false },
  'PUT /api/admin/settings/orders': { whenNotFound: 'ask', sendAgainMinutes: 60, buildAgain: true, isRiskUnderstood: false, version: 99 },
  'PUT /api/admin/settings/orders/escrow': { mode: 'direct' },
  'POST /api/admin/settings/orders/escrow/probe': { packageId: 1, hypervisorGroupId: 1, isUnderstood: true },
  'PUT /api/admin/settings/safety': { suspensionPolicy: 'off', harmPerHour: 20, harmPercentPerHour: 2, version: 99 },
  'PUT /api/admin/settings/virtfusion': { apiUrl: 'https://127.0.0.1:1', token: 'token', caPem: 'x', ownerMode: 'plan', version: 99 },
  'POST /api/admin/settings/virtfusion/test': { apiUrl: 'https://127.0.0.1:1', token: 'token', caPem: '' },
}

const declaration = (mounted: MountedRoute) => (mounted.handler as DeclaredRoute).route
const nameOf = ({ method, route }: MountedRoute) => `${method?.toUpperCase()} ${route}`
const found = (await mountedRoutes()).filter(({ route }) => route !== '/api/**')
const withBody = found.filter((mounted) => declaration(mounted).body)
const withQuery = found.filter((mounted) => declaration(mounted).query)

let services: TestServices
let http: TestHttp
let tenant: Tenant
let admin: Client
/** Who is changed, renamed and switched off. */
let customer: Client

beforeAll(async () => {
  services = await createTestServices()
  http = await startHttp(services)
  tenant = await seedTenant(services, http, 'Alice')
  admin = await http.person('admin')
  customer = await http.person('customer')
})
afterAll(async () => {
  await http?.close()
  await services?.close()
})

function send(mounted: MountedRoute, { query = '', body }: { query?: string, body?: string }) {
  const ids = { ...tenant.ids, customer: customer.userId }
  const id = Object.entries(ids).find(([what]) => mounted.route.includes(`/${what}s/`))?.[1] ?? ABSENT
  const { access } = declaration(mounted)
  const client = access === 'admin' ? admin : access === 'anyone' ? http.anonymous() : tenant.client
  return client.request(mounted.method?.toUpperCase() ?? 'GET', mounted.route.replace(/:\w+/, id) + query, body === undefined ? {} : { body })
}

interface Leaf { path: string[], value: unknown }

/** Every value of a body that holds no other. */
function leavesOf(value: unknown, path: string[] = []): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]))
}

function replaced(body: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value
  const copy = structuredClone(body) as Record<string, unknown>
  copy[key] = replaced(copy[key], rest, value)
  return copy
}

/** The first and last that can be written, and one that does not exist. */
const DATES = ['0000-01-01', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59-01:00', '2026-02-30']
const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`) as unknown

describe('a body', () => {
  it('has a sample for every route that takes one', () => {
    expect(Object.keys(BODIES).sort()).toEqual(withBody.map(nameOf).sort())
  })

  it.each(withBody)('$method $route names the field whose text the database does not take', async (mounted) => {
    const sample = BODIES[nameOf(mounted)]
    for (const { path } of leavesOf(sample)) {
      for (const text of ['a\0b', '\ud800']) {
        const answer = await send(mounted, { body: JSON.stringify(replaced(sample, path, text)) })
        expect.soft(answer, path.join('.')).toMatchObject({ status: 400, body: { code: 'invalid_input', fields: { [path.join('.')]: expect.stringContaining('can\'t be stored') } } })
      }
    }
  })

  it.each(withBody)('$method $route lets its sample in', async (mounted) => {
    const { text } = await send(mounted, { body: JSON.stringify(BODIES[nameOf(mounted)]) })
    expect(text).not.toMatch(/Each field says what it needs|Sign in first|Your account may not/)
  })

  it.each(withBody)('$method $route takes odd values in every field without an error of ours', async (mounted) => {
    const sample = BODIES[nameOf(mounted)]
    const odd = [null, true, -1, 1.5, 2 ** 31, 1e300, '', '7', 'x'.repeat(5_000), [], {}, deep(20)]
    for (const { path } of leavesOf(sample)) {
      await Promise.all(odd.map(async (value) => {
        const answer = await send(mounted, { body: JSON.stringify(replaced(sample, path, value)) })
        expect.soft(answer.status, `${path.join('.')}: ${JSON.stringify(value).slice(0, 60)} ${answer.text}`).not.toBe(500)
      }))
    }
    for (const body of ['[]', 'null', '1', '"x"', '{', '{"a":1e999}', JSON.stringify({ name: Array.from({ length: 10_000 }, () => 1) }), JSON.stringify(deep(40)), '['.repeat(50_000) + ']'.repeat(50_000)]) {
      expect.soft((await send(mounted, { body })).status, body.slice(0, 20)).not.toBe(500)
    }
  })

  it.each([
    ['POST /api/admin/servers', 'operatingSystemId'],
    ['POST /api/admin/servers/:id/rebuild', 'operatingSystemId'],
    ['POST /api/admin/operations/:id/resolve', 'virtfusionServerId'],
    ['POST /api/admin/settings/orders/escrow/probe', 'packageId'],
    ['POST /api/admin/plans', 'features.virtfusion_package_id'],
  ])('of %s names %s when it is larger than any id of the panel', async (name, field) => {
    const mounted = withBody.find((candidate) => nameOf(candidate) === name)
    if (!mounted) throw new Error(`There is no route ${name}.`)
    const answer = await send(mounted, { body: JSON.stringify(replaced(BODIES[name], field.split('.'), 2 ** 31)) })
    expect(answer).toMatchObject({ status: 400, body: { fields: { [field]: expect.any(String) } } })
  })

  it('may hold the character nowhere, not even in the name of a field', async () => {
    const answer = await admin.request('POST', '/api/admin/plans', { body: { name: 'S', features: { ...FEATURES, 'a\0b': 1 } } })
    expect(answer).toMatchObject({ status: 400, body: { fields: { 'features.a\0b': expect.any(String) } } })
  })
})

describe('a query', () => {
  it.each(withQuery)('$method $route takes odd values in every parameter without an error of ours', async (mounted) => {
    const { query } = declaration(mounted)
    const keys = query && 'shape' in query ? Object.keys(query.shape as object) : []
    expect(keys.length).toBeGreaterThan(0)
    const odd = ['%20', '-1', '1.5', '1e400', '99999999999999999999', '2147483648', 'x'.repeat(6_000), '%ED%A0%80', '%', '%5C', '{}']
    const oddOfKind: Record<string, string[]> = {
      // They look like ours: of a year that no calendar has, and of no row.
      cursor: ['999999999999999', '253402300800000', '0'].map((time) => Buffer.from(`${time}.${ABSENT}`).toString('base64url')),
      from: DATES, to: DATES,
    }
    for (const key of keys) {
      await Promise.all([...odd, ...oddOfKind[key] ?? []].map(async (value) => {
        expect.soft((await send(mounted, { query: `?${key}=${value}` })).status, `${key}=${value}`).not.toBe(500)
      }))
      expect.soft(await send(mounted, { query: `?${key}=a%00b` }), key).toMatchObject({ status: 400, body: { fields: { [key]: expect.stringContaining('can\'t be stored') } } })
      expect.soft(await send(mounted, { query: `?${key}=1&${key}=2` }), key).toMatchObject({ status: 400, body: { fields: { [key]: 'Give this once.' } } })
      for (const form of [`${key}[]=1`, `${key}[a]=1`, key]) expect.soft((await send(mounted, { query: `?${form}` })).status, form).not.toBe(500)
    }
  })
})
