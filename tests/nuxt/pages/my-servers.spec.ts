import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import MyServers from '~/pages/index.vue'
import { useLiveStore } from '~/stores/live'
import { customerOperation, customerServer } from '../support/customer-server'
import { expectAccessible } from '../support/expect-accessible'
import { findAllByRole, findByRole } from '../support/find-by-role'
import { mount, settle } from '../support/mount'

let answer: (event: H3Event) => unknown
registerEndpoint('/api/servers', (event) => answer(event))

async function open() {
  await mount(MyServers)
  await settle()
}

describe('the page of my servers', () => {
  beforeEach(() => clearNuxtData())

  it('shows each server with its state, its address and its size', async () => {
    answer = () => ({ items: [customerServer(), customerServer({ id: '019a0000-0000-7000-8000-0000000000bb', name: 'mail', power: 'stopped' })], nextCursor: null })
    await open()
    expect(findByRole('link', 'web-1').getAttribute('href')).toBe(`/servers/${customerServer().id}`)
    expect(document.body.textContent).toContain('Off')
    expect(document.body.textContent).toContain('2 cores · 4 GB · 80 GB')
    expect(findAllByRole('button', /^Copy address 192\.0\.2\.7$/)).toHaveLength(2)
    await expectAccessible()
  })

  it('says what is being done to a server in one line: its steps stand on its own page', async () => {
    answer = () => ({ items: [customerServer({ operation: customerOperation() })], nextCursor: null })
    await open()
    expect(document.body.textContent).toContain('Your server is restarting.')
    expect(document.body.textContent).not.toContain('Carry it out')
    await expectAccessible()
  })

  it('does not grow old while it stays open, nor waits for events of what is under way while the stream is away', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => { vi.useRealTimers() })
    useLiveStore().isConnected = false
    answer = () => ({ items: [customerServer({ operation: customerOperation({ stepLabel: 'Before.' }) })], nextCursor: null })
    await open()
    answer = () => ({ items: [customerServer({ power: 'running' })], nextCursor: null })
    vi.advanceTimersByTime(5000)
    await settle()
    expect(document.body.textContent).not.toContain('Before.')
    answer = () => ({ items: [customerServer({ power: 'stopped' })], nextCursor: null })
    vi.advanceTimersByTime(5 * 60_000)
    await settle()
    expect(document.body.textContent).toContain('Off')
  })

  it('says that there is none yet, instead of an empty box', async () => {
    answer = () => ({ items: [], nextCursor: null })
    await open()
    expect(findByRole('heading', 'No servers yet')).toBeDefined()
  })

  it('never shows a failed load as "no servers"', async () => {
    answer = (event) => {
      setResponseStatus(event, 503)
      return { type: 'about:blank', title: 'Berth is not available', status: 503, detail: 'The database does not answer right now.', code: 'unavailable', requestId: 'req-9' }
    }
    await open()
    expect(document.body.textContent).not.toContain('No servers yet')
    expect(document.body.textContent).toContain('req-9')
    answer = () => ({ items: [customerServer()], nextCursor: null })
    findByRole('button', 'Try again').click()
    await settle()
    expect(findByRole('link', 'web-1')).toBeDefined()
  })

  it('adds the next page below the first', async () => {
    answer = (event) => (event.path.includes('cursor=next')
      ? { items: [customerServer({ id: '019a0000-0000-7000-8000-0000000000cc', name: 'last' })], nextCursor: null }
      : { items: [customerServer()], nextCursor: 'next' })
    await open()
    findByRole('button', 'Load more').click()
    await settle()
    expect(findAllByRole('heading').map((heading) => heading.textContent)).toEqual(['My servers', 'web-1', 'last'])
    expect(findAllByRole('button', 'Load more')).toEqual([])
  })
})
