import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { endProcess } from '../../../server/end-process.ts'

const never = () => new Promise<void>(() => {})
const done = () => Promise.resolve()
const log = { warn: vi.fn(), error: vi.fn() }

describe('endProcess', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.spyOn(process, 'exit').mockImplementation((code) => { throw new Error(`exit ${code}`) })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('ends at once when everything has ended, and leaves nothing to be settled', async () => {
    const leave = vi.fn(done)
    await expect(endProcess({ log, inOrder: done, leave })).rejects.toThrow('exit 0')
    expect(leave).not.toHaveBeenCalled()
  })

  it('says by its code that stopping failed', async () => {
    await expect(endProcess({ log, inOrder: () => Promise.reject(new Error('no')), leave: done })).rejects.toThrow('exit 1')
  })

  it.each([['at once', done], ['never', never], ['badly', () => Promise.reject(new Error('no'))]])('ends within twenty seconds whatever is under way, when what may not be left behind ends %s', async (_, leave) => {
    const end = endProcess({ log, inOrder: never, leave })
    const hasExited = vi.fn()
    end.catch(hasExited)
    await vi.advanceTimersByTimeAsync(14_900)
    expect(hasExited).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(4_000)
    expect(hasExited).toHaveBeenCalledExactlyOnceWith(new Error('exit 0'))
  })
})
