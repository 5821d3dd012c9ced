import { describe, expect, it } from 'vitest'
import { coalesceReads } from '../../../../../server/virtfusion/chain/coalesce.ts'
import { failureError } from '../../../../../server/virtfusion/chain/error.ts'
import { DeadlineError, TransportFailure, type WireAnswer, type WireRequest } from '../../../../../server/virtfusion/chain/link.ts'
import { rejectionOf } from '../support/panel.ts'
import { changeRequest, stoppedClock, wireAnswer, wireRequest } from '../support/wire.ts'

/** Calls that end when the test says so, in the order in which they began. */
function rig() {
  const clock = stoppedClock()
  const sent: Array<{ request: WireRequest, resolve: (answer: WireAnswer) => void, reject: (error: unknown) => void }> = []
  const send = coalesceReads(clock)(request => new Promise((resolve, reject) => sent.push({ request, resolve, reject })))
  return { clock, sent, send }
}

describe('coalesceReads', () => {
  it('answers a hundred callers of the same thing by one call', async () => {
    const { sent, send } = rig()
    const requests = Array.from({ length: 100 }, () => wireRequest())
    const calls = requests.map(request => send(request))
    expect(sent).toHaveLength(1)
    const answer = wireAnswer(200, { data: {} })
    sent[0]?.resolve(answer)
    expect(new Set(await Promise.all(calls))).toEqual(new Set([answer]))
    // The exchange of a caller who sent nothing still shows the answer that he got.
    expect(requests.slice(1).every(request => request.trace.lastAnswer === answer && request.trace.attempts === 0)).toBe(true)
  })

  it('keeps calls apart that differ in path or query, and calls that follow each other', async () => {
    const { sent, send } = rig()
    const calls = [send(wireRequest()), send(wireRequest({ path: '/servers/8' })), send(wireRequest({ path: '/servers/7?remoteState=true' }))]
    expect(sent).toHaveLength(3)
    sent.forEach(({ resolve }) => resolve(wireAnswer(200)))
    await Promise.all(calls)
    void send(wireRequest())
    expect(sent).toHaveLength(4)
  })

  it('gives the failure to all of them', async () => {
    const { sent, send } = rig()
    const calls = [send(wireRequest()), send(wireRequest())].map(rejectionOf)
    sent[0]?.reject(failureError(wireRequest(), new TransportFailure('ECONNREFUSED', { isConnected: false })))
    expect((await Promise.all(calls)).map(error => (error as { kind: string }).kind)).toEqual(['refused', 'refused'])
    expect(sent).toHaveLength(1)
  })

  it.each(['aborted', 'deadline'])('asks again for the others when the first caller\'s own call ended as %s', async (code) => {
    const { sent, send } = rig()
    const first = rejectionOf(send(wireRequest()))
    const others = [send(wireRequest()), send(wireRequest())]
    sent[0]?.reject(failureError(wireRequest(), new TransportFailure(code, { isConnected: true })))
    await first
    await expect.poll(() => sent.length).toBe(2)
    sent[1]?.resolve(wireAnswer(200))
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200])
  })

  it('holds nobody longer than his own deadline', async () => {
    const { send } = rig()
    void send(wireRequest())
    const deadline = new AbortController()
    const call = rejectionOf(send(wireRequest({ signal: deadline.signal })))
    deadline.abort(new DeadlineError('late'))
    expect(await call).toMatchObject({ kind: 'timeout', effect: 'none' })
  })

  it('never lets a read join one that began before a change was sent or had ended', async () => {
    const { sent, send } = rig()
    void send(wireRequest())
    const change = send(changeRequest())
    void send(wireRequest())
    expect(sent).toHaveLength(3)
    sent[1]?.resolve(wireAnswer(204))
    await change
    void send(wireRequest())
    expect(sent).toHaveLength(4)
  })

  it('never joins a read that has been under way for long, and never joins changes', async () => {
    const { clock, sent, send } = rig()
    void send(wireRequest())
    clock.time += 1_001
    void send(wireRequest())
    expect(sent).toHaveLength(2)
    void send(changeRequest())
    void send(changeRequest())
    expect(sent).toHaveLength(4)
  })
})
