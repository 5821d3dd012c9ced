import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useIntentKeys } from '~/composables/useIntentKeys'

const wait = (ms: number) => vi.setSystemTime(Date.now() + ms)
const lost = () => Promise.reject(new Error('the answer was lost'))

/** What presses of one button send, each with its outcome. */
function presses() {
  const { sendAs } = useIntentKeys()
  const keys: string[] = []
  const press = (outcome: () => Promise<unknown>, intent = 'restart') => sendAs(intent, (key) => {
    keys.push(key)
    return outcome()
  }).catch(() => {})
  return { keys, press }
}

describe('useIntentKeys', () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ['Date'] }) })
  afterEach(() => { vi.useRealTimers() })

  it('keeps the key of what failed for whoever presses again at once, also when the answer was long in coming', async () => {
    const { keys, press } = presses()
    await press(() => {
      wait(300_000)
      return lost()
    })
    wait(59_000)
    await press(lost)
    wait(59_000)
    await press(lost)
    expect(new Set(keys).size).toBe(1)
  })

  it('takes what is asked for later as another wish: the old key would be answered with what it has long done', async () => {
    const { keys, press } = presses()
    await press(lost)
    wait(60_000)
    await press(() => Promise.resolve())
    expect(new Set(keys).size).toBe(2)
  })

  it('takes a new key once it was accepted, and for each thing its own', async () => {
    const { keys, press } = presses()
    await press(() => Promise.resolve())
    await press(lost)
    await press(lost, 'poweroff')
    expect(new Set(keys).size).toBe(3)
  })
})
