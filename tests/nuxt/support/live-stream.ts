import { onTestFinished, vi } from 'vitest'
import type { LiveEvent } from '#shared/schemas/events.ts'
import { useLiveStore } from '~/stores/live'

/** Opens the live stream for this test; what it returns sends an event over it. */
export function openLiveStream(): (event: LiveEvent) => void {
  const opened: FakeEventSource[] = []
  class FakeEventSource {
    onopen: (() => void) | null = null
    onmessage: ((message: { data: string }) => void) | null = null

    constructor() {
      opened.push(this)
    }

    close() {}
  }
  vi.stubGlobal('EventSource', FakeEventSource)
  useLiveStore().connect()
  opened[0]?.onopen?.()
  onTestFinished(() => {
    useLiveStore().disconnect()
    vi.unstubAllGlobals()
  })
  return (event) => opened[0]?.onmessage?.({ data: JSON.stringify(event) })
}
