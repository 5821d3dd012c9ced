import { describe, expect, it, vi } from 'vitest'
import { retry, retryDelay } from '../../../../../server/virtfusion/chain/retry.ts'
import { VirtFusionError, type VirtFusionErrorFields } from '../../../../../server/virtfusion/errors.ts'
import { changeRequest, stoppedClock, wireAnswer, wireRequest } from '../support/wire.ts'

const failure = (fields: Partial<VirtFusionErrorFields>) => new VirtFusionError({
  operation: 'servers.get', method: 'GET', path: '/servers/7', kind: 'server-error', effect: 'none', isRetryable: true, ...fields,
})

describe('retry', () => {
  it.each([
    ['refused', { kind: 'refused', causeCode: 'ECONNREFUSED' }],
    ['connection lost', { kind: 'connection-lost' }],
    ['lost while the body came', { kind: 'connection-lost', status: 200 }],
    ['a resolver that is busy', { kind: 'dns', causeCode: 'EAI_AGAIN' }],
    ['429', { kind: 'rate-limited', status: 429 }],
    ['502', { status: 502 }],
    ['503', { kind: 'maintenance', status: 503 }],
    ['504', { status: 504 }],
  ] satisfies Array<[string, Partial<VirtFusionErrorFields>]>)('repeats a read after %s and returns the answer', async (_, fields) => {
    const next = vi.fn().mockRejectedValueOnce(failure(fields)).mockResolvedValue(wireAnswer(200))
    await expect(retry(stoppedClock())(next)(wireRequest())).resolves.toMatchObject({ status: 200 })
    expect(next).toHaveBeenCalledTimes(2)
  })

  it.each([
    ['500', { status: 500 }],
    ['404', { kind: 'not-found', status: 404 }],
    ['403', { kind: 'forbidden', status: 403 }],
    ['a bad certificate', { kind: 'tls', causeCode: 'CERT_HAS_EXPIRED' }],
    ['an unknown host', { kind: 'dns', causeCode: 'ENOTFOUND' }],
    ['an unreadable answer', { kind: 'unreadable', status: 200 }],
  ] satisfies Array<[string, Partial<VirtFusionErrorFields>]>)('does not repeat a read after %s', async (_, fields) => {
    const next = vi.fn().mockRejectedValue(failure(fields))
    await expect(retry(stoppedClock())(next)(wireRequest())).rejects.toBeInstanceOf(VirtFusionError)
    expect(next).toHaveBeenCalledTimes(1)
  })

  it('gives up after three extra tries with the last error', async () => {
    const next = vi.fn().mockRejectedValue(failure({ status: 502 }))
    await expect(retry(stoppedClock())(next)(wireRequest())).rejects.toMatchObject({ status: 502 })
    expect(next).toHaveBeenCalledTimes(4)
  })

  it.each([['a refused connection', { kind: 'refused' }], ['502', { status: 502 }], ['429', { kind: 'rate-limited', status: 429 }]] as const)(
    'never repeats a change after %s, not even once', async (_, fields) => {
      const next = vi.fn().mockRejectedValue(failure(fields))
      await expect(retry(stoppedClock())(next)(changeRequest())).rejects.toBeInstanceOf(VirtFusionError)
      expect(next).toHaveBeenCalledTimes(1)
    })

  it('waits as long as the panel asks', async () => {
    const clock = stoppedClock()
    const next = vi.fn().mockRejectedValueOnce(failure({ status: 429, retryAfterMs: 3_000 })).mockResolvedValue(wireAnswer(200))
    await retry(clock)(next)(wireRequest())
    expect(clock.slept).toEqual([3_000])
  })

  it('does not wait past the deadline, and throws what it would have waited for', async () => {
    const clock = stoppedClock()
    const next = vi.fn().mockRejectedValue(failure({ status: 429, retryAfterMs: 60_000 }))
    await expect(retry(clock)(next)(wireRequest())).rejects.toMatchObject({ status: 429 })
    expect(clock.slept).toEqual([])
  })
})

describe('retryDelay', () => {
  it('doubles the window, caps it at five seconds and takes a random part of it', () => {
    expect([0, 1, 2, 10].map(failures => retryDelay(failures, null, 1))).toEqual([250, 500, 1_000, 5_000])
    expect(retryDelay(2, null, 0)).toBe(0)
  })
})
