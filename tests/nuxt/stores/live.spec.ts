import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useLiveStore } from '~/stores/live'

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
    vi.useFakeTimers()
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

  it('connects again after a loss and tells everybody to read again', () => {
    const live = useLiveStore()
    const handler = vi.fn()
    live.subscribe(handler)
    live.connect()
    latest().onopen?.()
    expect(handler).not.toHaveBeenCalled()

    latest().onerror?.()
    expect(live.isConnected).toBe(false)
    vi.advanceTimersByTime(2000)
    latest().onopen?.()

    expect(FakeEventSource.all).toHaveLength(2)
    expect(handler).toHaveBeenCalledExactlyOnceWith({ type: 'resync' })
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
