import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { readBody, setResponseStatus } from 'h3'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import PanelBanner from '~/components/app/PanelBanner.vue'
import Power from '~/components/my-servers/Power.vue'
import { customerServer } from '../../support/customer-server'
import { expectAccessible } from '../../support/expect-accessible'
import { findAllByRole, findByRole } from '../../support/find-by-role'
import { openLiveStream } from '../../support/live-stream'
import { mount, settle } from '../../support/mount'

let isAnswerLost = false
const asked: { body: unknown, key: string | undefined }[] = []
registerEndpoint(`/api/servers/${customerServer().id}/power`, {
  method: 'POST',
  handler: async (event) => {
    asked.push({ body: await readBody(event), key: event.headers.get('idempotency-key') ?? undefined })
    if (isAnswerLost) setResponseStatus(event, 502)
    return { operation: {}, server: {} }
  },
})

let safeMode: object | null = null
registerEndpoint('/api/panel', () => ({ state: 'reachable', since: null, lastSuccessAt: null, version: null, diagnosis: null, safeMode }))

const mountPower = (given: Parameters<typeof customerServer>[0] = {}) => mount(Power, { props: { server: customerServer(given) } })
const isOff = (name: string) => findByRole('button', name).hasAttribute('disabled')

describe('MyServersPower', () => {
  beforeEach(() => {
    asked.length = 0
    safeMode = null
    isAnswerLost = false
    clearNuxtData()
  })

  it('says once that the host has paused changes, without a word of why', async () => {
    safeMode = { since: new Date().toISOString(), reason: null }
    await mountPower()
    await settle()
    expect(['Start', 'Shut down', 'Restart', 'Power off'].map(isOff)).toEqual([true, true, true, true])
    expect(document.body.textContent?.match(/Changes are paused by your host\./g)).toHaveLength(1)
    await expectAccessible()
  })

  it('offers everything again once safe mode is over, on a page that stays open', async () => {
    safeMode = { since: new Date().toISOString(), reason: null }
    const tell = openLiveStream()
    await mount(defineComponent(() => () => [h(PanelBanner, { isAdmin: false }), h(Power, { server: customerServer() })]))
    await settle()
    expect(isOff('Restart')).toBe(true)
    safeMode = null
    tell({ type: 'panel' })
    await vi.waitFor(() => expect(isOff('Restart')).toBe(false), 60_000)
  })

  it('offers what a running server can do, and says why it can\'t be started', async () => {
    await mountPower()
    expect(isOff('Start')).toBe(true)
    expect(isOff('Shut down')).toBe(false)
    expect(document.body.textContent).toContain('It is already running.')
    await expectAccessible()
  })

  it('offers nothing once the deletion is due, and says why once', async () => {
    const past = new Date(Date.now() - 60_000).toISOString()
    await mountPower({ deletion: { requestedAt: past, dueAt: past } })
    expect(['Start', 'Shut down', 'Restart', 'Power off'].map(isOff)).toEqual([true, true, true, true])
    expect(document.body.textContent?.match(/This server is being deleted\./g)).toHaveLength(1)
  })

  it.each([
    ['the row that says "running" is old', { freshness: 'stale' }],
    ['the power is not known', { power: 'unknown' }],
  ] as const)('offers everything when %s, so that a server that is off can be started', async (_, given) => {
    await mountPower(given)
    expect(['Start', 'Shut down', 'Restart', 'Power off'].map(isOff)).toEqual([false, false, false, false])
  })

  it('shuts down at one click, as an order with a key of its own', async () => {
    const wrapper = await mountPower()
    findByRole('button', 'Shut down').click()
    await settle()
    expect(asked).toEqual([{ body: { action: 'shutdown' }, key: expect.stringMatching(/^[\w-]{21}$/) }])
    expect(wrapper.emitted('changed')).toHaveLength(1)
  })

  it('asks for the same order again after a lost answer, and for a new one once that was accepted', async () => {
    isAnswerLost = true
    await mountPower()
    findByRole('button', 'Shut down').click()
    await settle()
    isAnswerLost = false
    for (let press = 0; press < 2; press++) {
      findByRole('button', 'Shut down').click()
      await settle()
    }
    const [lost, again, next] = asked.map(({ key }) => key)
    expect(again).toBe(lost)
    expect(next).not.toBe(lost)
  })

  it('asks for a new order when it is pressed again an hour later: the old one may be long done, and its answer would be taken for this one\'s', async () => {
    isAnswerLost = true
    await mountPower()
    findByRole('button', 'Shut down').click()
    await settle()
    isAnswerLost = false
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
    onTestFinished(() => { vi.useRealTimers() })
    findByRole('button', 'Shut down').click()
    await settle()
    expect(new Set(asked.map(({ key }) => key)).size).toBe(2)
  })

  it('offers nothing for a server that is missing, and says once whose turn it is', async () => {
    await mountPower({ isMissing: true })
    expect(['Start', 'Shut down', 'Restart', 'Power off'].map(isOff)).toEqual([true, true, true, true])
    expect(document.body.textContent?.match(/Your host is looking at this server\./g)).toHaveLength(1)
  })

  it('works where the page comes over plain http, which has no randomUUID', async () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    onTestFinished(() => { vi.unstubAllGlobals() })
    await mountPower()
    findByRole('button', 'Shut down').click()
    await settle()
    expect(asked).toHaveLength(1)
  })

  it('asks by the name that the server has now', async () => {
    const wrapper = await mountPower()
    await wrapper.setProps({ server: customerServer({ name: 'web-2' }) })
    findByRole('button', 'Restart').click()
    await settle()
    expect(findByRole('dialog', 'Restart web-2?')).toBeDefined()
  })

  it('asks before it cuts the power, and says what that risks', async () => {
    await mountPower()
    findByRole('button', 'Power off').click()
    await settle()
    expect(asked).toEqual([])
    expect(findByRole('dialog', 'Cut the power of web-1?').textContent).toContain('What was not saved is lost')
    document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
    await settle()
    expect(asked.map((order) => order.body)).toEqual([{ action: 'poweroff' }])
  })

  it('switches everything off for a suspended server', async () => {
    await mountPower({ suspension: { since: '2026-11-20T10:00:00.000Z', reason: null } })
    expect(findAllByRole('button').every((button) => button.hasAttribute('disabled'))).toBe(true)
    expect(document.body.textContent).toContain('This server is suspended.')
  })
})
