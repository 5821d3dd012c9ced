import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { createError } from 'h3'
import { beforeEach, describe, expect, it } from 'vitest'
import NotificationPanel from '~/components/app/NotificationPanel.vue'
import { useNotificationsStore } from '~/stores/notifications'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount, settle } from '../../support/mount'

const ITEM = {
  id: '019a0000-0000-7000-8000-000000000001', level: 'error', code: 'server.failed', title: 'Creating web-1 failed', body: 'The plan names a package that is gone.',
  link: '/admin/operations/1', readAt: null, createdAt: new Date().toISOString(),
}

let answer: () => unknown = () => ({ items: [ITEM], nextCursor: null, unreadCount: 1 })
registerEndpoint('/api/notifications', () => answer())
registerEndpoint(`/api/notifications/${ITEM.id}/read`, { method: 'POST', handler: () => ({ ok: true }) })
registerEndpoint('/api/notifications/read-all', { method: 'POST', handler: () => ({ ok: true }) })

async function openPanel() {
  await mount(NotificationPanel)
  await settle()
  findByRole('button', /^Notifications/).click()
  await settle()
}

describe('AppNotificationPanel', () => {
  beforeEach(() => useNotificationsStore().clear())

  it('names the number of unread ones on the bell and lists them by day', async () => {
    answer = () => ({ items: [ITEM], nextCursor: null, unreadCount: 1 })
    await openPanel()
    expect(findByRole('button', 'Notifications, 1 unread').getAttribute('aria-haspopup')).toBe('dialog')
    expect(findByRole('heading', 'Today')).toBeDefined()
    expect(findByRole('link', /Creating web-1 failed/).getAttribute('href')).toBe('/admin/operations/1')
    await expectAccessible()
  })

  it('leaves a click with a key to the browser, which opens the link elsewhere', async () => {
    answer = () => ({ items: [ITEM], nextCursor: null, unreadCount: 1 })
    await openPanel()
    const entry = findByRole('link', /Creating web-1 failed/)
    const click = new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: true })
    let isPrevented = true
    document.addEventListener('click', (event) => {
      isPrevented = event.defaultPrevented
      event.preventDefault()
    }, { once: true })
    entry.dispatchEvent(click)
    expect(isPrevented).toBe(false)
    expect(findByRole('dialog', 'Notifications')).toBeDefined()
  })

  it('says why more could not be loaded and offers to try again', async () => {
    answer = () => ({ items: [ITEM], nextCursor: 'next', unreadCount: 1 })
    await openPanel()
    answer = () => { throw createError({ statusCode: 503, data: { title: 'Berth is not available', detail: 'The database does not answer.', code: 'unavailable' } }) }
    findByRole('button', 'Load more').click()
    await settle()
    expect(findByRole('button', 'Try again')).toBeDefined()
    expect(findByRole('link', /Creating web-1 failed/)).toBeDefined()
  })

  it('marks all read at one click', async () => {
    answer = () => ({ items: [ITEM], nextCursor: null, unreadCount: 1 })
    await openPanel()
    findByRole('button', 'Mark all read').click()
    await settle()
    expect(useNotificationsStore().unreadCount).toBe(0)
    expect(findByRole('button', 'Notifications')).toBeDefined()
  })

  it('says that there is nothing new instead of showing an empty box', async () => {
    answer = () => ({ items: [], nextCursor: null, unreadCount: 0 })
    await openPanel()
    expect(findByRole('heading', 'Nothing new')).toBeDefined()
  })

  it('shows why it could not be read and offers to try again', async () => {
    answer = () => { throw createError({ statusCode: 503, data: { title: 'Berth is not available', detail: 'The database does not answer.', code: 'unavailable' } }) }
    await openPanel()
    expect(findByRole('button', 'Try again')).toBeDefined()
  })
})
