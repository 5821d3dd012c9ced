import { defineStore } from 'pinia'
import type { Problem } from '#shared/schemas/common.ts'
import type { NotificationItem, NotificationList } from '#shared/schemas/notifications.ts'

/** The bell: what this person was told, newest first. */
export const useNotificationsStore = defineStore('notifications', () => {
  const items = ref<NotificationItem[]>([])
  const unreadCount = ref(0)
  const nextCursor = ref<string | null>(null)
  const status = ref<'idle' | 'loading' | 'ready' | 'failed'>('idle')
  const problem = ref<Problem | null>(null)

  async function load() {
    if (status.value !== 'ready') status.value = 'loading'
    try {
      const list = await $fetch<NotificationList>('/api/notifications', { query: { limit: 30 } })
      items.value = list.items
      unreadCount.value = list.unreadCount
      nextCursor.value = list.nextCursor
      problem.value = null
      status.value = 'ready'
    }
    catch (error) {
      problem.value = toProblem(error)
      // What was read before stays on the screen: old news is better than none.
      if (items.value.length === 0) status.value = 'failed'
    }
  }

  async function loadMore() {
    if (!nextCursor.value) return
    const list = await $fetch<NotificationList>('/api/notifications', { query: { limit: 30, cursor: nextCursor.value } })
    items.value.push(...list.items)
    nextCursor.value = list.nextCursor
  }

  async function markRead(id: string) {
    const item = items.value.find((candidate) => candidate.id === id)
    if (!item || item.readAt) return
    item.readAt = new Date().toISOString()
    unreadCount.value = Math.max(0, unreadCount.value - 1)
    await change(`/api/notifications/${id}/read`)
  }

  async function markAllRead() {
    const now = new Date().toISOString()
    for (const item of items.value) item.readAt ??= now
    unreadCount.value = 0
    await change('/api/notifications/read-all')
  }

  /** The screen is ahead of the server here; when the server refuses, its truth comes back. */
  async function change(path: string) {
    try {
      await sendJson(path, { method: 'POST' })
    }
    catch (error) {
      problem.value = toProblem(error)
      await load()
    }
  }

  function clear() {
    items.value = []
    unreadCount.value = 0
    nextCursor.value = null
    problem.value = null
    status.value = 'idle'
  }

  return { items, unreadCount, nextCursor, status, problem, load, loadMore, markRead, markAllRead, clear }
})
