import { describe, expect, it, vi } from 'vitest'
import type { Handler, WireAnswer } from '../../../../../server/virtfusion/chain/link.ts'
import { rateLimit } from '../../../../../server/virtfusion/chain/rate-limit.ts'
import { changeRequest, stoppedClock, wireAnswer, wireRequest } from '../support/wire.ts'

const PACE = { concurrency: 2, perSecond: 10, queueMs: 5_000 }

describe('rateLimit', () => {
  it('keeps at most the given number of calls in flight and admits the next when one ends', async () => {
    const finish: Array<(answer: WireAnswer) => void> = []
    const next: Handler = vi.fn(() => new Promise<WireAnswer>(resolve => finish.push(resolve)))
    const limited = rateLimit(PACE, stoppedClock())(next)
    const calls = [limited(wireRequest()), limited(wireRequest()), limited(wireRequest())]
    await vi.waitFor(() => expect(finish).toHaveLength(2))
    finish[0]?.(wireAnswer(200))
    await vi.waitFor(() => expect(finish).toHaveLength(3))
    finish.forEach(resolve => resolve(wireAnswer(200)))
    await Promise.all(calls)
    expect(next).toHaveBeenCalledTimes(3)
  })

  it('lets a second\'s worth of calls start at once and spreads the rest', async () => {
    const clock = stoppedClock()
    const limited = rateLimit({ ...PACE, concurrency: 50 }, clock)(() => Promise.resolve(wireAnswer(200)))
    for (let call = 0; call < 12; call += 1) await limited(wireRequest())
    expect(clock.slept).toEqual([100, 100])
  })

  it('holds everything back while Retry-After lasts', async () => {
    const clock = stoppedClock()
    const next = vi.fn().mockResolvedValueOnce(wireAnswer(429, '', { retryAfter: '4' })).mockResolvedValue(wireAnswer(200))
    const limited = rateLimit(PACE, clock)(next)
    await limited(wireRequest())
    await limited(wireRequest())
    expect(clock.slept).toEqual([4_200])
  })

  it.each(['86400', 'Sat, 03 Jan 1970 00:00:00 GMT'])('calls again after five minutes, though %s was asked for: a proxy or a wrong clock stops nothing for a day', async (retryAfter) => {
    const clock = stoppedClock()
    const next = vi.fn().mockResolvedValueOnce(wireAnswer(429, '', { retryAfter })).mockResolvedValue(wireAnswer(200))
    const limited = rateLimit(PACE, clock)(next)
    await limited(wireRequest())
    await expect(limited(wireRequest())).rejects.toMatchObject({ causeCode: 'paused', retryAfterMs: 315_000 })
    clock.time = 315_000
    await limited(wireRequest({ deadlineAt: 330_000 }))
    expect(next).toHaveBeenCalledTimes(2)
  })

  it('gives a change up unsent when its turn would come later than the intent allows', async () => {
    const next = vi.fn().mockResolvedValue(wireAnswer(429, '', { retryAfter: '60' }))
    const limited = rateLimit(PACE, stoppedClock())(next)
    await limited(wireRequest())
    await expect(limited(changeRequest({ deadlineAt: 90_000 }))).rejects.toMatchObject({
      causeCode: 'paused', isConnected: false, retryAfterMs: 63_000,
    })
    expect(next).toHaveBeenCalledTimes(1)
  })

  it('admits somebody at a screen before provisioning, and that before a sweep', async () => {
    const started: string[] = []
    const finish: Array<() => void> = []
    const limited = rateLimit({ ...PACE, concurrency: 1 }, stoppedClock())(request => new Promise((resolve) => {
      started.push(request.lane)
      finish.push(() => resolve(wireAnswer(200)))
    }))
    const calls = (['work', 'sweep', 'work', 'person'] as const).map(lane => limited(wireRequest({ lane })))
    for (let turn = 0; turn < calls.length; turn += 1) {
      await vi.waitFor(() => expect(finish).toHaveLength(turn + 1))
      finish[turn]?.()
    }
    await Promise.all(calls)
    expect(started).toEqual(['work', 'person', 'work', 'sweep'])
  })

  it('frees the place in the queue when the caller gives up', async () => {
    const finish: Array<(answer: WireAnswer) => void> = []
    const limited = rateLimit({ ...PACE, concurrency: 1 }, stoppedClock())(() => new Promise<WireAnswer>(resolve => finish.push(resolve)))
    const first = limited(wireRequest())
    const leaving = new AbortController()
    const second = limited(wireRequest({ signal: leaving.signal }))
    const third = limited(wireRequest())
    leaving.abort()
    await expect(second).rejects.toMatchObject({ causeCode: 'aborted', isConnected: false })
    await vi.waitFor(() => expect(finish).toHaveLength(1))
    finish[0]?.(wireAnswer(200))
    await first
    await vi.waitFor(() => expect(finish).toHaveLength(2))
    finish[1]?.(wireAnswer(204))
    await expect(third).resolves.toMatchObject({ status: 204 })
  })
})
