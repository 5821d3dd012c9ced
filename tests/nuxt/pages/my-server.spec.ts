import { registerEndpoint } from '@nuxt/test-utils/runtime'
import type { H3Event } from 'h3'
import { getQuery } from 'h3'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { Activity } from '#shared/schemas/servers.ts'
import MyServer from '~/pages/servers/[id].vue'
import { useSessionStore } from '~/stores/session'
import { customerServer } from '../support/customer-server'
import { expectAccessible } from '../support/expect-accessible'
import { findAllByRole, findByRole } from '../support/find-by-role'
import { mount, settle } from '../support/mount'
import { answerUnavailable } from '../support/unavailable'

const { id } = customerServer()
const text = () => document.body.textContent ?? ''
const entry = (said: string): Activity => ({
  id: `019a0000-0000-7000-8000-${said.length.toString().padStart(12, '0')}`, kind: 'boot', state: 'succeeded', text: said,
  createdAt: '2026-11-23T17:00:00.000Z', finishedAt: '2026-11-23T17:00:05.000Z',
})
const NEWEST = entry('Your server was started.')
const OLDEST = entry('Your server was made.')

let later: (event: H3Event) => unknown
registerEndpoint(`/api/servers/${id}`, () => customerServer())
registerEndpoint('/api/panel', () => ({ state: 'reachable', since: null, lastSuccessAt: null, version: null, diagnosis: null, safeMode: null }))
registerEndpoint(`/api/servers/${id}/traffic`, () => ({
  period: { from: '2026-11-01T00:00:00.000Z', to: '2026-11-30T23:59:59.000Z' }, usedBytes: 1e9, receivedBytes: 1e9, sentBytes: 0, limitGb: 1000, readAt: new Date().toISOString(),
}))
let first: (event: H3Event) => unknown
registerEndpoint(`/api/servers/${id}/activity`, (event) => (getQuery(event)['cursor'] ? later(event) : first(event)))

async function open() {
  await mount(MyServer, { route: `/servers/${id}` })
  await settle()
}

// The files that share this app begin at the address of the first page.
afterAll(() => navigateTo('/'))

describe('the activity of my server', () => {
  beforeEach(() => {
    clearNuxtData()
    useSessionStore().user = { id: '019a0000-0000-7000-8000-0000000000c1', name: 'Anna Berg', email: 'anna@example.com', role: 'customer' }
    first = () => ({ items: [NEWEST], nextCursor: 'next' })
    later = () => ({ items: [OLDEST], nextCursor: null })
  })

  it('goes back to the beginning, a page at a time', async () => {
    await open()
    expect(text()).toContain(NEWEST.text)
    expect(text()).not.toContain(OLDEST.text)
    await expectAccessible()

    findByRole('button', 'Load more').click()
    await settle()
    expect(findAllByRole('listitem').map((item) => item.textContent).filter((line) => line?.includes('Your server was'))).toHaveLength(2)
    expect(text()).toContain(OLDEST.text)
    expect(findAllByRole('button', 'Load more')).toEqual([])
  })

  it('says to those who don\'t see its icon who has to do something: not the host, where a failure is theirs to try again', async () => {
    first = () => ({ items: [{ ...NEWEST, state: 'failed', text: 'Your server could not be started.' }, { ...OLDEST, state: 'needs_attention', text: 'Your server is being made.' }], nextCursor: null })
    await open()
    expect(text()).toContain('Your server could not be started., with a problem')
    expect(text()).toContain('Your server is being made., with your host')
  })

  it('keeps what is there when more can\'t be read, and says so below it', async () => {
    later = answerUnavailable
    await open()
    findByRole('button', 'Load more').click()
    await settle()
    expect(text()).toContain(NEWEST.text)
    expect(text()).toContain('req-9')
    expect(findByRole('button', 'Load more')).toBeDefined()
  })

  it('never shows a failed load as "nothing happened"', async () => {
    first = answerUnavailable
    await open()
    expect(text()).not.toContain('Nothing happened yet')
    first = () => ({ items: [], nextCursor: null })
    findByRole('button', 'Try again').click()
    await settle()
    expect(findByRole('heading', 'Nothing happened yet')).toBeDefined()
  })
})
