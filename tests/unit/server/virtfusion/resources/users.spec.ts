import { afterEach, describe, expect, it } from 'vitest'
import { isConfirmedNotFound } from '../../../../../server/virtfusion/errors.ts'
import { createClient, rejectionOf, startPanel, type Reply } from '../support/panel.ts'

const open: Array<{ close(): Promise<void> }> = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(item => item.close()))
})

async function setUp(reply: Reply) {
  const panel = await startPanel(() => reply)
  const client = createClient(panel.origin)
  open.push(client, panel)
  return { panel, client }
}

describe('users', () => {
  it('are made without their one-time password leaving the client', async () => {
    const { client, panel } = await setUp({ status: 201, body: { data: { id: 2, extRelationId: 1, name: 'Jane', email: 'jane@example.com', password: '0hPZSAmj' } } })
    const user = await client.users.create({ name: 'Jane', email: 'jane@example.com', extRelationId: 1, sendMail: false })
    expect(user).toMatchObject({ id: 2, extRelationId: 1 })
    expect(JSON.stringify(user)).not.toContain('0hPZSAmj')
    expect(panel.seen[0]?.body).toBe('{"name":"Jane","email":"jane@example.com","extRelationId":1,"sendMail":false}')
  })

  it('are absent only when the panel says so itself', async () => {
    const absent = await setUp({ status: 404, body: { msg: 'ext_relation_id not found' } })
    expect(isConfirmedNotFound(await rejectionOf(absent.client.users.getByExtRelation(5)))).toBe(true)
    const proxy = await setUp({ status: 404, body: '<h1>Not found</h1>' })
    expect(isConfirmedNotFound(await rejectionOf(proxy.client.users.getByExtRelation(5)))).toBe(false)
  })

  it('are found by a text relation when asked so', async () => {
    const { client, panel } = await setUp({ body: { data: { id: 2 } } })
    await client.users.getByExtRelation('install/1', { relStr: true })
    expect(panel.seen[0]?.url).toBe('/api/v1/users/install%2F1/byExtRelation?relStr=true')
  })
})

describe('signing in', () => {
  const signIn = (endpoint: string) => ({ body: { data: { authentication: { tokens: { 1: 'AAAA' }, endpoint_complete: endpoint, expiry: { ttl: 60, expires: '2030-01-01T10:00:00.000000Z' } } } } })

  it('leads to the configured panel', async () => {
    const { client, panel } = await setUp(signIn('/token_authenticate/?1=AAAA&2=BBBB'))
    await expect(client.users.createServerAuthenticationToken(9, 7)).resolves.toEqual({
      url: `${panel.origin}/token_authenticate/?1=AAAA&2=BBBB`, ttlSeconds: 60, expiresAt: '2030-01-01T10:00:00.000Z',
    })
    expect(panel.seen[0]).toMatchObject({ method: 'POST', url: '/api/v1/users/9/serverAuthenticationTokens/7' })
  })

  it.each(['https://evil.example.net/token_authenticate/?1=AAAA', '//evil.example.net/x', 'javascript:alert(1)', '\\\\evil.example.net'])(
    'refuses %s, which leads elsewhere', async (endpoint) => {
      const { client } = await setUp(signIn(endpoint))
      await expect(client.users.createAuthenticationToken(9)).rejects.toMatchObject({ kind: 'unreadable' })
    })
})
