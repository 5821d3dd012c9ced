import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { circuitBreaker } from '../../../../../server/virtfusion/chain/circuit-breaker.ts'
import { errorLink, failureError } from '../../../../../server/virtfusion/chain/error.ts'
import { TransportFailure, systemClock, type Handler, type WireAnswer } from '../../../../../server/virtfusion/chain/link.ts'
import { rejectionOf } from '../support/panel.ts'
import { changeRequest, wireAnswer, wireRequest } from '../support/wire.ts'

const CIRCUIT = { failures: 3, pauseMs: 5_000 }
const probe = wireRequest({ operation: 'connection.connect', path: '/connect' })

/** A panel that can be switched between states, behind the link under test. */
function rig() {
  const panel = { answer: (): Promise<WireAnswer> => Promise.resolve(wireAnswer(200)), seen: [] as string[] }
  const wire: Handler = ({ operation }) => {
    panel.seen.push(operation)
    return panel.answer()
  }
  const send = circuitBreaker(CIRCUIT)(errorLink(systemClock, [])(wire))
  const die = () => { panel.answer = () => Promise.reject(new TransportFailure('ECONNREFUSED', { isConnected: false })) }
  const live = () => { panel.answer = () => Promise.resolve(wireAnswer(200)) }
  const fail = async (times: number) => {
    for (let time = 0; time < times; time += 1) await rejectionOf(send(wireRequest()))
  }
  return { panel, send, die, live, fail }
}

beforeEach(() => { vi.useFakeTimers({ toFake: ['Date'] }) })
afterEach(() => { vi.useRealTimers() })

describe('circuitBreaker', () => {
  it('fails calls at once and unsent after failures in a row, and says when to come back', async () => {
    const { panel, send, die, fail } = rig()
    die()
    await fail(3)
    vi.advanceTimersByTime(1_000)
    for (const request of [wireRequest(), changeRequest()]) {
      expect(await rejectionOf(send(request))).toMatchObject({ kind: 'circuit-open', effect: 'none', status: null, retryAfterMs: 4_000, isRetryable: true })
    }
    expect(panel.seen).toHaveLength(3)
  })

  it('asks by a read of its own after the pause, so that no change is what tries, and lets calls through once the panel answers', async () => {
    const { panel, send, die, live, fail } = rig()
    die()
    await fail(3)
    live()
    vi.advanceTimersByTime(5_000)
    await Promise.all([send(changeRequest()), send(wireRequest())])
    expect(panel.seen.slice(3)).toEqual(['connection.connect', 'servers.suspend', 'servers.get'])
  })

  it('takes a refusal of that read for an answer, for a token may lack the permission', async () => {
    const { panel, send, die, fail } = rig()
    die()
    await fail(3)
    vi.advanceTimersByTime(5_000)
    panel.answer = () => Promise.resolve(wireAnswer(panel.seen.length === 4 ? 403 : 200, panel.seen.length === 4 ? { errors: ['No'] } : ''))
    await expect(send(wireRequest())).resolves.toMatchObject({ status: 200 })
  })

  it('lets nobody wait for a panel that stays silent, and asks it once however many come', async () => {
    const { panel, send, die, fail } = rig()
    die()
    await fail(3)
    vi.advanceTimersByTime(5_000)
    panel.answer = () => new Promise(() => {})
    const startedAt = performance.now()
    const errors = await Promise.all(Array.from({ length: 20 }, () => rejectionOf(send(wireRequest()))))
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(errors.map(error => (error as { kind: string }).kind)).toEqual(Array.from({ length: 20 }, () => 'circuit-open'))
    expect(panel.seen.slice(3)).toEqual(['connection.connect'])
  })

  it.each(['ECONNREFUSED', 'aborted'])('stays open for another pause when that read ends as %s', async (code) => {
    const { panel, send, die, fail } = rig()
    die()
    await fail(3)
    vi.advanceTimersByTime(5_000)
    panel.answer = () => Promise.reject(new TransportFailure(code, { isConnected: false }))
    for (let call = 0; call < 2; call += 1) expect(await rejectionOf(send(wireRequest()))).toMatchObject({ kind: 'circuit-open', retryAfterMs: 5_000 })
    expect(panel.seen).toHaveLength(4)
  })

  it('always asks whether anybody is there, and closes as soon as somebody is', async () => {
    const { send, die, live, fail } = rig()
    die()
    await fail(3)
    expect(await rejectionOf(send(probe))).toMatchObject({ kind: 'refused' })
    expect(await rejectionOf(send(wireRequest()))).toMatchObject({ kind: 'circuit-open' })
    live()
    await send(probe)
    await expect(send(wireRequest())).resolves.toMatchObject({ status: 200 })
  })

  it.each([
    ['a refusal', wireAnswer(422, { errors: ['No'] })],
    ['a page', wireAnswer(404, '<!doctype html>')],
    ['an answer', wireAnswer(200)],
  ])('takes %s for a sign of life, however many failures stand around it', async (_, answer) => {
    const { panel, send, die, fail } = rig()
    for (let round = 0; round < 3; round += 1) {
      die()
      await fail(2)
      panel.answer = () => Promise.resolve(answer)
      await send(wireRequest()).catch(() => {})
    }
    expect(panel.seen).toHaveLength(9)
  })

  it('counts answers with 5xx, but nothing that ended on this side', async () => {
    const { panel, send, fail } = rig()
    panel.answer = () => Promise.reject(new TransportFailure('queue-timeout', { isConnected: false }))
    await fail(5)
    expect(panel.seen).toHaveLength(5)
    panel.answer = () => Promise.resolve(wireAnswer(502, '<html>'))
    await fail(3)
    expect(await rejectionOf(send(wireRequest()))).toMatchObject({ kind: 'circuit-open' })
  })

  it('makes an error that proves that nothing was sent', () => {
    expect(failureError(changeRequest(), new TransportFailure('circuit-open', { isConnected: false }))).toMatchObject({ kind: 'circuit-open', effect: 'none' })
  })
})
