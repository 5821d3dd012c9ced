import { afterEach, describe, expect, it } from 'vitest'
import { testConnection } from '../../../../server/virtfusion/test-connection.ts'
import { describeDiagnosis } from '../../../../server/virtfusion/diagnosis/describe.ts'
import { nothingListening, tlsWith } from './support/faults.ts'
import { createClient, startPanel, type Reply } from './support/panel.ts'

const open: Array<{ close(): Promise<void> }> = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(item => item.close()))
})

const FORBIDDEN: Reply = { status: 403, body: { errors: ['The token does not have permission for this endpoint'] } }
const NO_ROUTE: Reply = { status: 404, body: { message: 'The route could not be found.' } }
const UUID = 'ab68e20a-211f-4b90-99f1-8ee9068c81de'

/** Answers by path below `/api/v1`; what is not listed does not exist. */
async function run(routes: Record<string, Reply>, path = '') {
  const panel = await startPanel(({ url }) => {
    const [place = ''] = url.split('?')
    return (place.startsWith('/api/v1') ? routes[place.slice('/api/v1'.length)] : undefined) ?? NO_ROUTE
  })
  const client = createClient(`${panel.origin}${path}`)
  open.push(client, panel)
  return { panel, result: await testConnection(client) }
}

const OPEN_PANEL: Record<string, Reply> = {
  '/connect': { body: [] },
  '/packages': { body: { data: [{ id: 4, name: 'Basic' }] } },
  '/media/templates/fromServerPackageSpec/4': { body: { data: [] } },
  '/compute/hypervisors/groups': { body: { data: [], current_page: 1, last_page: 1, total: 0 } },
  '/servers': { body: { data: [{ id: 7, uuid: UUID, owner: 3 }], current_page: 1, last_page: 1, total: 1 } },
  '/servers/7': { body: { data: { id: 7, uuid: UUID } } },
  '/servers/user/3': { body: { data: [] } },
  '/users/1/byExtRelation': { status: 404, body: { msg: 'ext_relation_id not found' } },
  '/queue/1': { status: 404, body: { msg: 'queue item not found' } },
}

describe('testConnection', () => {
  it.each([[20.5, 20, true], [21.5, 21, false], [300.5, 300, false]])('tells the days that the certificate is still valid, and warns in time: %d', async (validDays, days, isWarned) => {
    const panel = await tlsWith('good', { validDays })
    const client = createClient(panel.baseUrl, { ca: panel.ca })
    open.push(client, panel)
    const { certificateDaysLeft, warnings } = await testConnection(client)
    expect(certificateDaysLeft).toBe(days)
    expect(warnings).toEqual(isWarned ? [{ code: 'certificate_expires_soon', params: { host: '127.0.0.1', days } }] : [])
    for (const warning of warnings) expect(describeDiagnosis(warning).cause).toContain('20 more days')
  })

  it('knows of no certificate where there is none', async () => {
    const { result } = await run(OPEN_PANEL)
    expect(result).toMatchObject({ certificateDaysLeft: null, warnings: [] })
  })

  it.each([
    ['an empty list', { body: [] }],
    ['an empty body', { body: '' }],
    ['an empty text', { body: '""' }],
    ['no content', { status: 204 }],
    ['an object without a version', { body: { success: true, message: 'ok' } }],
  ])('succeeds without a version when /connect answers %s', async (_, connect) => {
    const { result } = await run({ ...OPEN_PANEL, '/connect': connect })
    expect(result).toMatchObject({ ok: true, message: 'VirtFusion connection successful. Version: not reported', version: null })
    expect(result.latencyMs).toBeGreaterThanOrEqual(0)
  })

  it('says the version that /connect names', async () => {
    const { result } = await run({ ...OPEN_PANEL, '/connect': { body: { data: { version: 'v7.1.0' } } } })
    expect(result.message).toBe('VirtFusion connection successful. Version: 7.1.0')
  })

  it.each([200, 503])('finds the version in /status when that answers %i', async (status) => {
    const { result } = await run({ ...OPEN_PANEL, '/status': { status, body: { data: { version: '7.1.0' } } } })
    expect(result).toMatchObject({ ok: true, version: '7.1.0', message: 'VirtFusion connection successful. Version: 7.1.0' })
  })

  it('lists what an open token may do, from reads only', async () => {
    const { panel, result } = await run(OPEN_PANEL)
    const states = Object.fromEntries(result.capabilities.map(row => [row.operation, row.state]))
    expect(states).toMatchObject({
      'connection.connect': 'allowed', 'connection.status': 'missing', 'packages.list': 'allowed', 'templates.fromPackage': 'allowed',
      'hypervisorGroups.list': 'allowed', 'servers.list': 'allowed', 'servers.get': 'allowed', 'servers.listByUser': 'allowed',
      'users.getByExtRelation': 'allowed', 'queue.get': 'allowed', 'servers.create': 'unknown', 'servers.delete': 'unknown',
    })
    expect(new Set(panel.seen.map(request => request.method))).toEqual(new Set(['GET']))
  })

  it('succeeds with a token that may do nothing but what it needs to', async () => {
    const forbidden = Object.fromEntries(Object.keys(OPEN_PANEL).map(path => [path, FORBIDDEN]))
    const { result } = await run({ ...forbidden, '/servers/1': FORBIDDEN, '/servers/user/1': FORBIDDEN, '/status': FORBIDDEN })
    expect(result).toMatchObject({ ok: true, message: 'VirtFusion connection successful. Version: not reported' })
    expect(result.capabilities.filter(row => row.state === 'forbidden').map(row => row.operation)).toEqual(expect.arrayContaining([
      'connection.connect', 'packages.list', 'servers.list', 'servers.get', 'users.getByExtRelation',
    ]))
    expect(result.diagnosis).toBeUndefined()
  })

  it('explains a token that is not accepted', async () => {
    const { result } = await run({ '/connect': { status: 401 } })
    expect(result).toMatchObject({ ok: false, message: 'Token not accepted', version: null, diagnosis: { code: 'unauthorized', setting: 'VIRTFUSION_API_TOKEN' } })
  })

  it.each(['/panel', '/api', '/api/v1/servers', '/api/v1/api/v1'])('finds the right address when the one given ends in %s', async (path) => {
    const { panel, result } = await run(OPEN_PANEL, path)
    expect(result).toMatchObject({ ok: false, diagnosis: { code: 'wrong_base_path', params: { correctedUrl: `${panel.origin}/api/v1` } } })
  })

  it('offers no correction that was not seen to work', async () => {
    const { result } = await run({}, '/panel')
    expect(result).toMatchObject({ ok: false, diagnosis: { code: 'no_api_here' } })
    expect(result.diagnosis?.params).not.toHaveProperty('correctedUrl')
  })

  it('gives no latency for a panel that did not answer', async () => {
    const fault = await nothingListening()
    const client = createClient(fault.baseUrl)
    open.push(client)
    await expect(testConnection(client)).resolves.toMatchObject({ ok: false, latencyMs: null, message: 'Connection refused', diagnosis: { code: 'connection_refused' } })
  })
})
