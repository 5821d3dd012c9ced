import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { getQuery, readBody, setResponseStatus, type H3Event } from 'h3'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { useNotificationsStore } from '~/stores/notifications'

let answer: (event: H3Event) => unknown
registerEndpoint('/api/notifications', (event) => answer(event))

const item = (number: number) => ({ id: `n-${number}`, level: 'info', code: 'server.created', title: `Number ${number}`, body: '', link: null, readAt: null, createdAt: '2026-11-23T17:00:00.000Z' })

/** Answers like the server: newest first, the cursor is the number that the next page begins below. */
function serve(newest: number) {
  answer = (event) => {
    const { limit, cursor } = getQuery(event)
    const first = cursor ? Number(cursor) - 1 : newest
    const size = Math.min(Number(limit), first)
    const last = first - size + 1
    return { items: Array.from({ length: size }, (_, index) => item(first - index)), nextCursor: last > 1 ? String(last) : null, unreadCount: newest }
  }
}

const numbers = () => useNotificationsStore().items.map(({ id }) => Number(id.slice(2)))
const downFrom = (newest: number, count: number) => Array.from({ length: count }, (_, index) => newest - index)

describe('the notifications store', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('adds the next page once, however often it is asked for', async () => {
    const notifications = useNotificationsStore()
    serve(100)
    await notifications.load()
    const loads = [notifications.loadMore(), notifications.loadMore()]
    expect(notifications.isLoadingMore).toBe(true)
    await Promise.all(loads)
    expect(numbers()).toEqual(downFrom(100, 60))
    expect(notifications.isLoadingMore).toBe(false)
  })

  it('keeps the pages that were loaded when news comes', async () => {
    const notifications = useNotificationsStore()
    serve(100)
    await notifications.load()
    await notifications.loadMore()
    serve(101)
    await notifications.load()
    expect(numbers()).toEqual(downFrom(101, 61))
    await notifications.loadMore()
    expect(numbers()).toEqual(downFrom(101, 91))
  })

  it('keeps also what is more than one answer holds', async () => {
    const notifications = useNotificationsStore()
    serve(300)
    await notifications.load()
    for (let page = 0; page < 7; page++) await notifications.loadMore()
    expect(numbers()).toEqual(downFrom(300, 240))
    serve(301)
    await notifications.load()
    expect(numbers()).toEqual(downFrom(301, 241))
    await notifications.loadMore()
    expect(numbers()).toEqual(downFrom(301, 271))
  })

  it('keeps the later of two answers when the earlier one comes last', async () => {
    const notifications = useNotificationsStore()
    let release = () => {}
    const held = new Promise<void>((resolve) => { release = resolve })
    answer = async () => {
      await held
      return { items: [item(1)], nextCursor: null, unreadCount: 1 }
    }
    const slow = notifications.load()
    serve(2)
    await notifications.load()
    release()
    await slow
    expect(numbers()).toEqual([2, 1])
    expect(notifications.unreadCount).toBe(2)
  })

  it('adds no page to a list that was read anew meanwhile, which would leave a gap', async () => {
    const notifications = useNotificationsStore()
    serve(100)
    await notifications.load()
    const more = notifications.loadMore()
    serve(105)
    await Promise.all([more, notifications.load()])
    const shown = numbers()
    expect(shown).toEqual(downFrom(105, shown.length))
  })

  it('marks read up to the newest that is shown: what came since then nobody has seen', async () => {
    const bodies: unknown[] = []
    registerEndpoint('/api/notifications/read-all', { method: 'POST', handler: async (event) => {
      bodies.push(await readBody(event))
      return { ok: true }
    } })
    const notifications = useNotificationsStore()
    serve(3)
    await notifications.load()
    await notifications.markAllRead()
    expect(bodies).toEqual([{ upTo: 'n-3' }])
    expect(notifications.unreadCount).toBe(0)
  })

  it('says why the next page could not be read, and keeps what is there', async () => {
    const notifications = useNotificationsStore()
    serve(100)
    await notifications.load()
    answer = (event) => {
      setResponseStatus(event, 503)
      return { type: 'about:blank', title: 'Berth is not available', status: 503, detail: 'The database does not answer.', code: 'unavailable', requestId: 'r-1' }
    }
    await notifications.loadMore()
    expect(notifications.moreProblem?.title).toBe('Berth is not available')
    expect(numbers()).toEqual(downFrom(100, 30))
    serve(100)
    await notifications.loadMore()
    expect(notifications.moreProblem).toBeNull()
    expect(numbers()).toEqual(downFrom(100, 60))
  })
})
