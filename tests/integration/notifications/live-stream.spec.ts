import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEvent } from 'h3'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { LiveEvent } from '../../../shared/schemas/events.ts'
import { notify } from '../../../server/domains/notifications/notify.ts'
import { streamLiveEvents } from '../../../server/utils/stream-live-events.ts'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { callAs, createTestServices, type TestServices } from '../support/services.ts'

let services: TestServices
let http: TestHttp
beforeAll(async () => {
  services = await createTestServices()
  http = await startHttp(services)
})
afterAll(async () => {
  await http.close()
  await services.close()
})

interface Tab { status: number, headers: Headers, events: LiveEvent[], text: () => string, isOpen: () => boolean, close(): void }

/** An open tab that listens. */
async function open(client: Client, headers: Record<string, string> = {}): Promise<Tab> {
  const abort = new AbortController()
  const response = await fetch(`${http.url}/api/events`, { headers: { ...client.headers(), ...headers }, signal: abort.signal })
  const tab = { status: response.status, headers: response.headers, events: [] as LiveEvent[], raw: '', isOpen: true }
  void (async () => {
    const decoder = new TextDecoder()
    try {
      for await (const chunk of response.body ?? []) {
        tab.raw += decoder.decode(chunk as Uint8Array, { stream: true })
        tab.events = [...tab.raw.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as LiveEvent)
      }
    }
    catch { /* the tab was closed */ }
    tab.isOpen = false
  })()
  return {
    status: tab.status, headers: tab.headers, get events() { return tab.events }, text: () => tab.raw, isOpen: () => tab.isOpen, close: () => abort.abort(),
  }
}
const serverEvent = (): LiveEvent => ({ type: 'server', serverId: crypto.randomUUID() })

describe('the live stream', () => {
  it('tells each person of their own things only, and admins of all that concerns admins', async () => {
    const [a, b, admin] = [await http.person('customer'), await http.person('customer'), await http.person('admin')]
    const [tabA, tabB, tabAdmin] = [await open(a), await open(b), await open(admin)]
    expect(tabA.status).toBe(200)
    expect(tabA.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(tabA.headers.get('x-accel-buffering')).toBe('no')

    const [ofA, ofStaff] = [serverEvent(), serverEvent()]
    await services.events.publish(services.db, ofA, { admins: true, userId: a.userId })
    await services.events.publish(services.db, ofStaff, { admins: true })
    await notify(services.db, services, { to: { userId: b.userId ?? '' }, level: 'info', code: 'server_ready' })
    await vi.waitFor(() => {
      expect(tabA.events).toEqual([ofA])
      expect(tabB.events).toMatchObject([{ type: 'notification' }])
      expect(tabAdmin.events).toEqual([ofA, ofStaff])
    }, 60_000)
    for (const tab of [tabA, tabB, tabAdmin]) tab.close()
  })

  it('tells customers too that something about the panel is otherwise, for what they can do hangs on it', async () => {
    const client = await http.person('customer')
    const tab = await open(client)
    await services.events.publish(services.db, { type: 'panel' }, { admins: true })
    await vi.waitFor(() => expect(tab.events).toEqual([{ type: 'panel' }]), 60_000)
    tab.close()
  })

  it('asks a tab that comes back to read its state again', async () => {
    const client = await http.person('customer')
    const [fresh, back] = [await open(client), await open(client, { 'last-event-id': '0' })]
    await vi.waitFor(() => expect(back.events).toEqual([{ type: 'resync' }]), 60_000)
    expect(fresh.events).toEqual([])
    expect(fresh.text()).toContain('id: 0')
    for (const tab of [fresh, back]) tab.close()
  })

  it('asks everybody after a gap between the processes', async () => {
    const client = await http.person('customer')
    const tab = await open(client)
    await services.database.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = \'berth-events\' and datname = current_database()')
    await vi.waitFor(() => expect(tab.events).toContainEqual({ type: 'resync' }), 60_000)
    tab.close()
  })

  it('ends at once when the session ends: by signing out, by a new password, by switching the account off', async () => {
    const admin = await http.person('admin')
    const [first, second, third] = [await http.person('customer'), await http.person('customer'), await http.person('customer')]
    const tabs = [await open(first), await open(second), await open(third)]
    await first.request('POST', '/api/auth/sign-out')
    await admin.request('PATCH', `/api/admin/customers/${second.userId}`, { body: { password: 'another long password' } })
    await admin.request('PATCH', `/api/admin/customers/${third.userId}`, { body: { isDisabled: true } })
    await vi.waitFor(() => expect(tabs.map((tab) => tab.isOpen())).toEqual([false, false, false]), 60_000)
  })

  it('goes on in the other browsers of somebody who signs one out', async () => {
    const client = await http.person('customer')
    const tab = await open(client)
    const session = await services.db.session.create({ data: { userId: client.userId ?? '', tokenHash: crypto.getRandomValues(new Uint8Array(32)), expiresAt: new Date(Date.now() + 1e6) } })
    await client.request('DELETE', `/api/account/sessions/${session.id}`)
    await vi.waitFor(() => expect(tab.events).toContainEqual({ type: 'resync' }), 60_000)
    expect(tab.isOpen()).toBe(true)
    tab.close()
  })

  it('refuses the eleventh tab of one person, and takes it once another is closed', async () => {
    const client = await http.person('customer')
    const tabs = await Promise.all(Array.from({ length: 10 }, () => open(client)))
    expect(tabs.every(({ status }) => status === 200)).toBe(true)
    expect((await open(client)).status).toBe(429)
    tabs[0]?.close()
    await vi.waitFor(async () => {
      const tab = await open(client)
      tab.close()
      expect(tab.status).toBe(200)
    }, 60_000)
    for (const tab of tabs) tab.close()
  })

  it('holds no place for a tab that went away before its session was found', async () => {
    const client = await http.person('customer')
    const { id, name, email, role } = await services.db.user.findUniqueOrThrow({ where: { id: client.userId ?? '' } })
    const call = callAs(services, { id, name, email, role })
    const late = createServer((req, res) => {
      // As if the look-up took until the tab had gone.
      res.once('close', () => { ended.push(streamLiveEvents(createEvent(req, res), call)) })
      abort.abort()
    })
    const ended: Promise<void>[] = []
    let abort = new AbortController()
    await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => { late.close() })
    for (let tab = 1; tab <= 10; tab++) {
      abort = new AbortController()
      await fetch(`http://127.0.0.1:${(late.address() as AddressInfo).port}`, { signal: abort.signal }).catch(() => {})
      await vi.waitFor(() => expect(ended).toHaveLength(tab), 60_000)
    }
    await Promise.all(ended)
    const tab = await open(client)
    tab.close()
    expect(tab.status).toBe(200)
  })

  it('opens for nobody without a session', async () => {
    expect((await open(http.anonymous())).status).toBe(401)
  })

  it('ends when the process is asked to stop', async () => {
    const own = await createTestServices()
    const ownHttp = await startHttp(own)
    const client = await ownHttp.person('customer')
    const response = await fetch(`${ownHttp.url}/api/events`, { headers: client.headers() })
    const reading = response.text()
    await own.close()
    expect(await reading).toContain('retry:')
    await ownHttp.close()
  })
})
