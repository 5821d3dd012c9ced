import { registerEndpoint } from '@nuxt/test-utils/runtime'
import { setResponseStatus, type H3Event } from 'h3'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { useLiveStore } from '~/stores/live'
import { useSessionStore } from '~/stores/session'

const ADA = { id: '019a0000-0000-7000-8000-0000000000a1', name: 'Ada', email: 'ada@example.com', role: 'customer' } as const
const BOB = { ...ADA, id: '019a0000-0000-7000-8000-0000000000b0', name: 'Bob' }

let session: (event: H3Event) => unknown
registerEndpoint('/api/auth/get-session', (event) => session(event))

class FakeEventSource {
  static all: FakeEventSource[] = []
  onopen: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null
  onerror: (() => void) | null = null
  isClosed = false

  constructor() {
    FakeEventSource.all.push(this)
  }

  close() {
    this.isClosed = true
  }
}

const latest = () => {
  const source = FakeEventSource.all.at(-1)
  if (!source) throw new Error('No stream was opened.')
  return source
}

describe('the live store', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    FakeEventSource.all = []
    useSessionStore().user = ADA
    session = () => ({ user: ADA })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.stubGlobal('EventSource', FakeEventSource)
  })

  afterEach(() => {
    useLiveStore().disconnect()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('keeps one stream for the whole tab, however often it is asked for', () => {
    const live = useLiveStore()
    live.connect()
    live.connect()
    expect(FakeEventSource.all).toHaveLength(1)
  })

  it('hands events to all handlers until they unsubscribe', () => {
    const live = useLiveStore()
    const handler = vi.fn()
    const unsubscribe = live.subscribe(handler)
    live.connect()
    latest().onmessage?.({ data: '{"type":"panel"}' })
    unsubscribe()
    latest().onmessage?.({ data: '{"type":"panel"}' })
    expect(handler).toHaveBeenCalledExactlyOnceWith({ type: 'panel' })
  })

  it('ignores heartbeats and events of a newer version', () => {
    const live = useLiveStore()
    const handler = vi.fn()
    live.subscribe(handler)
    live.connect()
    latest().onmessage?.({ data: 'ping' })
    latest().onmessage?.({ data: '{"type":"weather"}' })
    expect(handler).not.toHaveBeenCalled()
  })

  it('connects again after a loss and tells everybody to read again', async () => {
    const live = useLiveStore()
    const handler = vi.fn()
    live.subscribe(handler)
    live.connect()
    latest().onopen?.()
    expect(handler).not.toHaveBeenCalled()

    latest().onerror?.()
    expect(live.isConnected).toBe(false)
    vi.advanceTimersByTime(2000)
    await vi.waitFor(() => expect(FakeEventSource.all).toHaveLength(2))
    latest().onopen?.()

    expect(handler).toHaveBeenCalledExactlyOnceWith({ type: 'resync' })
  })

  it('reads the whole page anew when somebody else has signed in meanwhile, so that nothing of the former person stays', async () => {
    const reload = vi.spyOn(window.location, 'reload').mockImplementation(() => {})
    onTestFinished(() => reload.mockRestore())
    const live = useLiveStore()
    const handler = vi.fn()
    live.subscribe(handler)
    live.connect()
    latest().onopen?.()
    session = () => ({ user: BOB })

    latest().onerror?.()
    vi.advanceTimersByTime(2000)
    await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1))

    vi.advanceTimersByTime(120_000)
    expect(FakeEventSource.all).toHaveLength(1)
    expect(handler).not.toHaveBeenCalled()
  })

  it('keeps the page when nobody is signed in any more, with what is being typed, and goes on once the same person is back', async () => {
    const reload = vi.spyOn(window.location, 'reload').mockImplementation(() => {})
    onTestFinished(() => reload.mockRestore())
    const asked = vi.fn()
    session = () => {
      asked()
      return null
    }
    useLiveStore().connect()
    latest().onopen?.()
    latest().onerror?.()
    vi.advanceTimersByTime(2000)
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(1))
    vi.advanceTimersByTime(120_000)
    expect(FakeEventSource.all).toHaveLength(1)
    expect(reload).not.toHaveBeenCalled()

    session = () => ({ user: ADA })
    await vi.waitFor(() => {
      document.dispatchEvent(new Event('visibilitychange'))
      expect(FakeEventSource.all).toHaveLength(2)
    })
  })

  it('asks who is signed in when the tab comes to the front, since another tab may have signed in as somebody else over an open stream', async () => {
    const reload = vi.spyOn(window.location, 'reload').mockImplementation(() => {})
    onTestFinished(() => reload.mockRestore())
    useLiveStore().connect()
    latest().onopen?.()
    session = () => ({ user: BOB })
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.waitFor(() => expect(reload).toHaveBeenCalledTimes(1))
  })

  it('tries on while nobody can say who is signed in', async () => {
    const asked = vi.fn()
    session = (event) => {
      asked()
      setResponseStatus(event, 503)
      return {}
    }
    const live = useLiveStore()
    live.connect()
    latest().onerror?.()
    vi.advanceTimersByTime(2000)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    expect(asked).toHaveBeenCalledTimes(1)
    expect(FakeEventSource.all).toHaveLength(1)

    session = () => ({ user: ADA })
    vi.advanceTimersByTime(4000)
    await vi.waitFor(() => expect(FakeEventSource.all).toHaveLength(2))
  })

  it('stays away after signing out', () => {
    const live = useLiveStore()
    live.connect()
    latest().onerror?.()
    live.disconnect()
    vi.advanceTimersByTime(120_000)
    expect(FakeEventSource.all).toHaveLength(1)
  })
})
