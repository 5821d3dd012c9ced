import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import LiveNotice from '~/components/app/LiveNotice.vue'
import { useLiveStore } from '~/stores/live'
import { expectAccessible } from '../../support/expect-accessible'
import { findByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

async function wait(ms: number) {
  vi.advanceTimersByTime(ms)
  await nextTick()
}

const said = () => findByRole('status').textContent

describe('AppLiveNotice', () => {
  beforeEach(() => {
    useLiveStore().isConnected = true
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => vi.useRealTimers())

  it('says that the page is not live once the stream has been away for a while, and nothing more when it is back', async () => {
    const live = useLiveStore()
    await mount(LiveNotice)
    live.isConnected = false
    await nextTick()
    await wait(14_000)
    expect(said()).toBe('')

    await wait(2000)
    expect(said()).toBe('Not live, reconnecting')

    live.isConnected = true
    await nextTick()
    expect(said()).toBe('')
    vi.useRealTimers()
    await expectAccessible()
  })

  it('keeps quiet about a short loss, also when the next one follows', async () => {
    const live = useLiveStore()
    await mount(LiveNotice)
    for (const isConnected of [false, true, false]) {
      live.isConnected = isConnected
      await nextTick()
      await wait(9000)
    }
    expect(said()).toBe('')
  })
})
