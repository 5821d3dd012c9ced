import { afterEach, describe, expect, it } from 'vitest'
import { createClient, rejectionOf, startPanel, type Reply, type SeenRequest } from '../support/panel.ts'

const open: Array<{ close(): Promise<void> }> = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(item => item.close()))
})

async function setUp(answer: (request: SeenRequest) => Reply) {
  const panel = await startPanel(answer)
  const client = createClient(panel.origin)
  open.push(client, panel)
  return { panel, client }
}

const SERVER = { id: 7, uuid: 'ab68e20a-211f-4b90-99f1-8ee9068c81de', ownerId: 3 }
const BODY = { packageId: 4, userId: 3, hypervisorId: 2 }

describe('servers.create', () => {
  it('sends what was given and nothing else', async () => {
    const { client, panel } = await setUp(() => ({ status: 201, body: { data: SERVER } }))
    await expect(client.servers.create({ ...BODY, ipv4: 0, firewallRulesets: [-1] })).resolves.toMatchObject(SERVER)
    expect(panel.seen[0]).toMatchObject({ method: 'POST', url: '/api/v1/servers', body: JSON.stringify({ ...BODY, ipv4: 0, firewallRulesets: [-1] }) })
  })

  it('takes any good status, because panel versions differ', async () => {
    const { client } = await setUp(() => ({ status: 200, body: { data: SERVER } }))
    await expect(client.servers.create(BODY)).resolves.toMatchObject({ id: 7 })
  })

  it('hands a server of another owner over as it is, so that its id is not lost', async () => {
    const { client } = await setUp(() => ({ status: 201, body: { data: { ...SERVER, ownerId: 9 } } }))
    await expect(client.servers.create(BODY)).resolves.toMatchObject({ id: 7, ownerId: 9 })
  })

  it('keeps passwords, screen images, custom XML and cloud-init inside', async () => {
    const { client } = await setUp(() => ({
      status: 201,
      body: { data: { ...SERVER, settings: { encryptedPassword: 'SECRET', decryptedPassword: 'SECRET', config: { 'cloud.init': 'SECRET' } }, qemuAgent: { os: { screen: 'SECRET' } }, customXML: 'SECRET', vnc: { password: 'SECRET' } } },
    }))
    expect(JSON.stringify(await client.servers.create(BODY))).not.toContain('SECRET')
  })
})

describe('servers.createDryRun', () => {
  it('asks for a dry run and reads no id from the answer, whatever it holds', async () => {
    const { client, panel } = await setUp(() => ({ status: 200, body: { data: SERVER } }))
    await expect(client.servers.createDryRun(BODY)).resolves.toBeUndefined()
    expect(panel.seen[0]?.url).toBe('/api/v1/servers?dryRun=true')
  })

  it('is sent once like a change, but leaves no doubt behind when it fails', async () => {
    const { client, panel } = await setUp(() => ({ status: 502, body: '<html>' }))
    await expect(client.servers.createDryRun(BODY)).rejects.toMatchObject({ kind: 'server-error', effect: 'none' })
    expect(panel.seen).toHaveLength(1)
  })
})

describe('servers.delete', () => {
  it.each([[0, 0], [60, 60], [43_799, 43_799], [43_800, 43_799]])('sends a delay of %i as %i', (delay, sent) => {
    expect(createClient('https://cp.example.com').servers.delete.request(7, { delay })).toEqual({
      operation: 'servers.delete', method: 'DELETE', path: `/servers/7?delay=${sent}`,
    })
  })

  it.each([-1, 1.5, Number.NaN])('refuses a delay of %s unsent, because the panel might read it as "now"', async (delay) => {
    const { client, panel } = await setUp(() => ({ status: 204 }))
    await expect(client.servers.delete(7, { delay })).rejects.toMatchObject({ kind: 'invalid-input', effect: 'none', fields: ['delay'] })
    expect(panel.seen).toEqual([])
  })
})

describe('changes without a payload', () => {
  it.each([[200, ''], [201, '{}'], [204, undefined], [200, '{"data":{}}'], [202, '[]'], [200, 'OK']])('takes %i with body %j as accepted', async (status, body) => {
    const { client } = await setUp(() => ({ status, body }))
    await expect(client.servers.suspend(7)).resolves.toBeUndefined()
    await expect(client.servers.createDryRun({ packageId: 1, userId: 2, hypervisorId: 1 })).resolves.toBeUndefined()
  })

  it('do not take a page for the panel\'s word', async () => {
    const { client } = await setUp(() => ({ status: 200, body: '<html>sign in</html>' }))
    await expect(client.servers.suspend(7)).rejects.toMatchObject({ kind: 'unreadable', effect: 'unknown' })
  })

  it('address the right operation', () => {
    const { servers, queue } = createClient('https://cp.example.com')
    const described = [
      servers.suspend.request(7), servers.unsuspend.request(7), servers.rename.request(7, 'web 1'), servers.power.request(7, 'poweroff'),
      servers.build.request(7, { operatingSystemId: 49, ipv6: true }), servers.get.request(7, { remoteState: true }), servers.listByUser.request(3),
      servers.list.request({ page: 2, results: 200 }), queue.get.request(5),
    ].map(({ method, path, body }) => [method, path, body])
    expect(described).toEqual([
      ['POST', '/servers/7/suspend', undefined],
      ['POST', '/servers/7/unsuspend', undefined],
      ['PUT', '/servers/7/modify/name', { name: 'web 1' }],
      ['POST', '/servers/7/power/poweroff', undefined],
      ['POST', '/servers/7/build', { operatingSystemId: 49, ipv6: true }],
      ['GET', '/servers/7?remoteState=true', undefined],
      ['GET', '/servers/user/3', undefined],
      ['GET', '/servers?results=200&page=2', undefined],
      ['GET', '/queue/5', undefined],
    ])
  })
})

describe('servers.power', () => {
  it('returns the queue item to follow', async () => {
    const { client, panel } = await setUp(() => ({ body: { data: { queueId: '158' } } }))
    await expect(client.servers.power(7, 'boot')).resolves.toEqual({ queueId: 158 })
    expect(panel.seen[0]?.url).toBe('/api/v1/servers/7/power/boot')
  })

  it.each([[204, undefined], [200, ''], [201, '{}'], [200, '{"data":[]}'], [202, '[]']])('takes %i with body %j as accepted, without an item to follow', async (status, body) => {
    const { client } = await setUp(() => ({ status, body }))
    await expect(client.servers.power(7, 'boot')).resolves.toEqual({ queueId: null })
  })

  it('does not take a page for the panel\'s word', async () => {
    const { client } = await setUp(() => ({ status: 200, body: '<html>sign in</html>' }))
    await expect(client.servers.power(7, 'boot')).rejects.toMatchObject({ kind: 'unreadable', effect: 'unknown' })
  })
})

describe('servers.listByUser', () => {
  it('refuses an answer that is one page of several', async () => {
    const { client } = await setUp(() => ({ body: { data: [SERVER], current_page: 1, last_page: 2 } }))
    await expect(client.servers.listByUser(3)).rejects.toMatchObject({ kind: 'unreadable' })
  })

  it('refuses a list with a row that has no usable id', async () => {
    const { client } = await setUp(() => ({ body: { data: [SERVER, { uuid: 'x' }] } }))
    await expect(client.servers.listByUser(3)).rejects.toMatchObject({ kind: 'unreadable', effect: 'none' })
  })

  it('does not read an answer without data as an empty list', async () => {
    const { client } = await setUp(() => ({ body: [] }))
    await expect(client.servers.listByUser(3)).rejects.toMatchObject({ kind: 'unreadable' })
  })
})

describe('servers.listAll', () => {
  const row = (id: number) => ({ id, uuid: `uuid-of-server-${id}`, name: '', commissioned: 3, owner: 1, suspended: 0 })
  const pageOf = (url: string) => Number(new URL(url, 'http://x').searchParams.get('page'))
  const page = (number: number, rows: object[], total: number, lastPage: number) => ({
    body: { current_page: number, last_page: lastPage, total, data: rows, next_page_url: 'http://192.168.3.11/api/v1/servers?page=2' },
  })

  it('walks all pages by its own counting, on the configured origin only', async () => {
    const { client, panel } = await setUp(({ url }) => page(pageOf(url), [row(pageOf(url))], 3, 3))
    const servers = await client.servers.listAll()
    expect(servers.map(server => [server.id, server.ownerId, server.commissionStatus, server.suspended])).toEqual([[1, 1, 3, false], [2, 1, 3, false], [3, 1, 3, false]])
    expect(panel.seen.map(request => request.url)).toEqual([1, 2, 3].map(number => `/api/v1/servers?results=200&page=${number}`))
  })

  it('reads again when the list changes on the way', async () => {
    let calls = 0
    const { client } = await setUp(({ url }) => {
      calls += 1
      return calls === 2 ? page(2, [row(2)], 4, 2) : page(pageOf(url), [row(pageOf(url))], 2, 2)
    })
    await expect(client.servers.listAll()).resolves.toHaveLength(2)
  })

  it.each([
    ['a row is missing', () => page(1, [row(1)], 2, 1)],
    ['a row comes twice', ({ url }: SeenRequest) => page(pageOf(url), [row(1)], 2, 2)],
    ['the page number is ignored', () => page(1, [row(1)], 2, 2)],
  ])('is an error, never a short answer, when %s', async (_, answer) => {
    const { client } = await setUp(answer)
    await expect(client.servers.listAll()).rejects.toMatchObject({ kind: 'unreadable', operation: 'servers.list', effect: 'none' })
  })

  it('passes the error of a page on', async () => {
    const { client } = await setUp(({ url }) => (pageOf(url) === 2 ? { status: 403, body: { errors: ['no'] } } : page(1, [row(1)], 2, 2)))
    expect(await rejectionOf(client.servers.listAll())).toMatchObject({ kind: 'forbidden' })
  })
})
