import { defineStore } from 'pinia'
import type { Problem } from '#shared/schemas/common.ts'
import type { NotificationItem, NotificationList } from '#shared/schemas/notifications.ts'

const PAGE = 30
const LONGEST_PAGE = 200

/** The bell: what this person was told, newest first. */
export const useNotificationsStore = defineStore('notifications', () => {
  const items = ref<NotificationItem[]>([])
  const unreadCount = ref(0)
  const nextCursor = ref<string | null>(null)
  const status = ref<'idle' | 'loading' | 'ready' | 'failed'>('idle')
  const problem = ref<Problem | null>(null)
  const isLoadingMore = ref(false)
  const moreProblem = ref<Problem | null>(null)
  /** Counts the readings: a slow earlier answer must not win over a later one. */
  let readings = 0

  function readPage(query: { limit: number, cursor?: string }): Promise<NotificationList> {
    return $fetch<NotificationList>('/api/notifications', { query })
  }

  /** Reads again what is shown: news puts itself on top and takes nothing away that was loaded below. */
  async function load() {
    const reading = ++readings
    if (status.value !== 'ready') status.value = 'loading'
    try {
      const list = await readPage({ limit: Math.min(Math.max(items.value.length, PAGE), LONGEST_PAGE) })
      if (reading !== readings) return
      const older = list.nextCursor ? whatFollows(list.items) : []
      items.value = [...list.items, ...older]
      unreadCount.value = list.unreadCount
      if (older.length === 0) nextCursor.value = list.nextCursor
      problem.value = null
      status.value = 'ready'
    }
    catch (error) {
      if (reading !== readings) return
      problem.value = toProblem(error)
      // What was read before stays on the screen: old news is better than none.
      if (items.value.length === 0) status.value = 'failed'
    }
  }

  /** What is shown below the last one of a page that was read anew. */
  function whatFollows(page: NotificationItem[]): NotificationItem[] {
    const last = items.value.findIndex(({ id }) => id === page.at(-1)?.id)
    return last < 0 ? [] : items.value.slice(last + 1)
  }

  async function loadMore() {
    const cursor = nextCursor.value
    if (!cursor || isLoadingMore.value) return
    isLoadingMore.value = true
    moreProblem.value = null
    try {
      const list = await readPage({ limit: PAGE, cursor })
      // Otherwise the list was read anew meanwhile, and this page does not begin where it ends.
      if (cursor === nextCursor.value) {
        items.value.push(...list.items)
        nextCursor.value = list.nextCursor
      }
    }
    catch (error) {
      moreProblem.value = toProblem(error)
    }
    finally {
      isLoadingMore.value = false
    }
  }

  async function markRead(id: string) {
    const item = items.value.find((candidate) => candidate.id === id)
    if (!item || item.readAt) return
    item.readAt = new Date().toISOString()
    unreadCount.value = Math.max(0, unreadCount.value - 1)
    await change(`/api/notifications/${id}/read`)
  }

  async function markAllRead() {
    const [newest] = items.value
    if (!newest) return
    const now = new Date().toISOString()
    for (const item of items.value) item.readAt ??= now
    unreadCount.value = 0
    // What has come since was not seen.
    await change('/api/notifications/read-all', { upTo: newest.id })
  }

  /** The screen is ahead of the server here; when the server refuses, its truth comes back. */
  async function change(path: string, body: object = {}) {
    try {
      await sendJson(path, { method: 'POST', body })
    }
    catch (error) {
      problem.value = toProblem(error)
      await load()
    }
  }

  function clear() {
    readings += 1
    items.value = []
    unreadCount.value = 0
    nextCursor.value = null
    problem.value = null
    moreProblem.value = null
    status.value = 'idle'
  }

  return { items, unreadCount, nextCursor, status, problem, isLoadingMore, moreProblem, load, loadMore, markRead, markAllRead, clear }
})
