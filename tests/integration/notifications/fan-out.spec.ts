import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { LiveEvent } from '../../../shared/schemas/events.ts'
import type { NotificationList } from '../../../shared/schemas/notifications.ts'
import type { Audience } from '../../../server/context.ts'
import { notify } from '../../../server/domains/notifications/notify.ts'
import { startLiveEvents } from '../../../server/live-events.ts'
import type { Log } from '../../../server/log.ts'
import { startHttp, type Client, type TestHttp } from '../support/http.ts'
import { createTestServices, type TestServices } from '../support/services.ts'

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

const list = async (client: Client, query = '') => (await client.request('GET', `/api/notifications${query}`)).body as NotificationList

describe('notifications', () => {
  it('reach every admin who can sign in, each with a row of their own, and nobody else', async () => {
    const [one, two, left, customer] = [await http.person('admin'), await http.person('admin'), await http.person('admin'), await http.person('customer')]
    await services.db.user.update({ where: { id: left.userId ?? '' }, data: { disabledAt: new Date() } })
    await notify(services.db, services, { to: 'admins', level: 'error', code: 'panel_unreachable', link: '/admin', dedupeKey: 'panel away since noon' })
    expect((await list(one)).items).toMatchObject([{ title: 'The panel does not answer', level: 'error', link: '/admin', readAt: null }])
    expect((await list(two)).unreadCount).toBe(1)
    expect((await list(customer)).items).toEqual([])
    expect(await services.db.notification.count({ where: { userId: left.userId ?? '' } })).toBe(0)

    const id = (await list(one)).items[0]?.id
    expect((await one.request('POST', `/api/notifications/${id}/read`)).body).toMatchObject({ readAt: expect.any(String) })
    expect([(await list(one)).unreadCount, (await list(two)).unreadCount]).toEqual([0, 1])
  })

  it('tell the same fact once, also when two processes find it out together', async () => {
    const { userId, ...client } = await http.person('customer')
    const notice = { to: { userId: userId ?? '' }, level: 'info', code: 'server_ready', params: { serverName: 'web-1' }, dedupeKey: 'operation 7' } as const
    await Promise.all(Array.from({ length: 10 }, () => services.db.$transaction((tx) => notify(tx, services, notice))))
    await notify(services.db, services, { ...notice, dedupeKey: 'operation 8' })
    expect((await list({ userId, ...client })).unreadCount).toBe(2)
  })

  it('are marked read all at once, and paged', async () => {
    const client = await http.person('customer')
    for (let n = 0; n < 5; n++) await notify(services.db, services, { to: { userId: client.userId ?? '' }, level: 'info', code: 'server_ready', params: { serverName: `web-${n}` } })
    const first = await list(client, '?limit=3')
    expect(first).toMatchObject({ unreadCount: 5, nextCursor: expect.any(String) })
    const second = await list(client, `?limit=3&cursor=${first.nextCursor}`)
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(5)
    await client.request('POST', '/api/notifications/read-all')
    expect((await list(client)).unreadCount).toBe(0)
  })

  it('stay unread where they came after the newest that was shown, which nobody has seen', async () => {
    const client = await http.person('customer')
    const tell = (serverName: string) => notify(services.db, services, { to: { userId: client.userId ?? '' }, level: 'info', code: 'server_ready', params: { serverName } })
    for (const name of ['web-1', 'web-2']) await tell(name)
    const [newest] = (await list(client)).items
    await tell('web-3')
    expect((await client.request('POST', '/api/notifications/read-all', { body: { upTo: newest?.id } })).status).toBe(200)
    expect((await list(client)).items.map(({ readAt }) => readAt !== null)).toEqual([false, true, true])
  })

  it('are announced to the tabs of both processes when the transaction commits, and not when it does not', async () => {
    const { userId } = await http.person('customer')
    const other = startLiveEvents(services.url, services.log)
    await other.listening
    const heard: Record<'here' | 'there', { event: LiveEvent, audience: Audience }[]> = { here: [], there: [] }
    const stops = [services.events.subscribe((event, audience) => heard.here.push({ event, audience })), other.subscribe((event, audience) => heard.there.push({ event, audience }))]
    try {
      await services.db.$transaction(async (tx) => {
        await notify(tx, services, { to: { userId: userId ?? '' }, level: 'info', code: 'server_ready' })
        throw new Error('rolled back')
      }).catch(() => {})
      await notify(services.db, services, { to: { userId: userId ?? '' }, level: 'info', code: 'server_ready' })
      const told = (side: 'here' | 'there') => heard[side].filter(({ event }) => event.type === 'notification')
      await vi.waitFor(() => expect([told('here').length, told('there').length]).toEqual([1, 1]), 60_000)
      expect(told('there')[0]?.audience).toEqual({ admins: false, userId })
    }
    finally {
      for (const stop of stops) stop()
      await other.stop()
    }
  })

  it('tell a tab that was open before the process could hear anything to read its state again: what was sent until then is lost', async () => {
    const events = startLiveEvents(services.url, services.log)
    onTestFinished(() => events.stop())
    const heard: LiveEvent[] = []
    events.subscribe((event) => heard.push(event))
    await vi.waitFor(() => expect(heard).toEqual([{ type: 'resync' }]), 60_000)
  })

  it('are not told of what somebody else sends on the channel, and an open tab outlives it', async () => {
    const lines: string[] = []
    const log = Object.assign(Object.create(services.log) as Log, { warn: (_: object, line: string) => { lines.push(line) } })
    const events = startLiveEvents(services.url, log)
    onTestFinished(() => events.stop())
    await events.listening
    const heard: { event: LiveEvent, audience: Audience }[] = []
    events.subscribe((event, audience) => heard.push({ event, audience }))
    const [ping, last] = [{ event: { type: 'panel' }, audience: { admins: true } }, { event: { type: 'resync' }, audience: { admins: true } }] as const
    await services.events.publish(services.db, ping.event, ping.audience)
    const foreign = ['', 'hello', 'null', '[]', ...[
      { event: { type: 'panel' } }, { event: { type: 'panel' }, audience: null }, { event: { type: 'panel' }, audience: {} }, { event: { type: 'panel' }, audience: { admins: 'yes' } },
      { event: { type: 'panel' }, audience: { admins: true, userId: 7 } }, { event: { type: 'of a later Berth' }, audience: { admins: true } },
    ].map((message) => JSON.stringify(message))]
    for (const payload of foreign) await services.database.pool.query('select pg_notify(\'berth_live\', $1)', [payload])
    await services.events.publish(services.db, last.event, last.audience)
    await vi.waitFor(() => expect(heard).toContainEqual(last), 60_000)
    expect(heard).toEqual([ping, last])
    expect(lines.filter((line) => line.includes('does not fit'))).toHaveLength(foreign.length)
  })
})
