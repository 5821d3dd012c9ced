import { afterEach, describe, expect, it } from 'vitest'
import { ensureFirstAdmin, readSetupCode } from '../../../server/domains/setup/ensure-first-admin.ts'
import type { Log } from '../../../server/log.ts'
import { startHttp, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close()
})

async function start(env = {}): Promise<{ services: TestServices, http: TestHttp, lines: string[] }> {
  const services = await createTestServices(env)
  const lines: string[] = []
  const write = (first: unknown, second?: string) => { lines.push(second ?? String(first)) }
  services.log = Object.assign(Object.create(services.log) as Log, { warn: write, info: write })
  const http = await startHttp(services)
  open.push(http, services)
  return { services, http, lines }
}
const form = (code: string, n = 0) => ({ code, name: `Admin ${n}`, email: `admin-${n}@example.com`, password: 'correct horse battery' })

describe('set-up', () => {
  it('prints the same code from every process and after every restart, until it is used', async () => {
    const { services, http, lines } = await start({ PUBLIC_URL: 'http://panel.example.com' })
    await Promise.all([ensureFirstAdmin(services), ensureFirstAdmin(services)])
    await ensureFirstAdmin(services)
    expect(lines).toHaveLength(3)
    expect(new Set(lines).size).toBe(1)
    const code = /^Set-up: open http:\/\/panel\.example\.com\/setup and enter the code ([A-Z2-9]{4}(?:-[A-Z2-9]{4}){2})$/.exec(lines[0] ?? '')?.[1] ?? ''
    const stored = await services.database.pool.query<{ row: string }>('select s::text as row from settings s')
    expect(stored.rows[0]?.row).not.toContain(code)

    const client = http.anonymous()
    expect((await client.request('GET', '/api/setup')).body).toEqual({ isNeeded: true })
    const answer = await client.request('POST', '/api/setup', { body: form(code.toLowerCase().replaceAll('-', ' ')) })
    expect(answer.status).toBe(201)
    expect((await client.request('GET', '/api/auth/get-session')).body).toMatchObject({ user: { role: 'admin', email: 'admin-0@example.com' } })
    expect((await client.request('GET', '/api/setup')).body).toEqual({ isNeeded: false })
    expect((await http.anonymous().request('POST', '/api/setup', { body: form(code, 1) })).status).toBe(404)
    await ensureFirstAdmin(services)
    expect(lines).toHaveLength(3)
  })

  it('is printed by no process that only works: its address serves no such page', async () => {
    const { services, lines } = await start({ WORKER: 'only' })
    await ensureFirstAdmin(services)
    expect(lines).toEqual([])
    expect(await readSetupCode(services.db, services)).toBeTruthy()
  })

  it('ends the session of whoever was signed in before in that browser', async () => {
    const { services, http } = await start()
    await ensureFirstAdmin(services)
    const browser = await http.person('customer')
    const before = browser.headers()
    expect((await browser.request('POST', '/api/setup', { body: form(await readSetupCode(services.db, services) ?? '') })).status).toBe(201)
    expect((await http.anonymous().request('GET', '/api/account/sessions', { headers: before })).status).toBe(401)
  })

  it('makes exactly one admin of 64 that come at once with the right code', async () => {
    const { services, http } = await start()
    await ensureFirstAdmin(services)
    const code = await readSetupCode(services.db, services) ?? ''
    const answers = await Promise.all(Array.from({ length: 64 }, (_, n) => http.anonymous().request('POST', '/api/setup', { body: form(code, n) })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.every(({ status }) => [201, 404, 429].includes(status))).toBe(true)
    expect(await services.db.user.count()).toBe(1)
  })

  it('refuses a wrong code with a sentence for its field, and slows guessing down', async () => {
    const { services, http } = await start()
    await ensureFirstAdmin(services)
    const first = await http.anonymous().request('POST', '/api/setup', { body: form('AAAA-AAAA-AAAA') })
    expect(first).toMatchObject({ status: 400, body: { fields: { code: expect.stringContaining('log') } } })
    const more = await Promise.all(Array.from({ length: 20 }, () => http.anonymous().request('POST', '/api/setup', { body: form('BBBB-BBBB-BBBB') })))
    expect(more.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(11)
    expect(await services.db.user.count()).toBe(0)
  })

  it('makes the admin of ADMIN_EMAIL once, also when several processes start together, and prints no code', async () => {
    const { services, http, lines } = await start({ ADMIN_EMAIL: 'Owner@Example.com', ADMIN_PASSWORD: 'correct horse battery' })
    await Promise.all([ensureFirstAdmin(services), ensureFirstAdmin(services), ensureFirstAdmin(services)])
    expect(await services.db.user.count()).toBe(1)
    expect(lines.join()).not.toMatch(/code|correct horse/)
    const answer = await http.anonymous().request('POST', '/api/auth/sign-in/email', { body: { email: 'owner@example.com', password: 'correct horse battery' } })
    expect(answer).toMatchObject({ status: 200, body: { user: { role: 'admin' } } })
  })
})
