import { describe, expect, it, vi } from 'vitest'
import { attemptLog } from '../../../../../server/virtfusion/chain/attempt-log.ts'
import { TransportFailure } from '../../../../../server/virtfusion/chain/link.ts'
import { stoppedClock, wireAnswer, wireRequest } from '../support/wire.ts'

describe('attemptLog', () => {
  it('reports every send with its number and keeps the last answer for the exchange', async () => {
    const onAttempt = vi.fn()
    const request = wireRequest()
    const log = attemptLog(stoppedClock(), onAttempt)(vi.fn().mockResolvedValueOnce(wireAnswer(502)).mockResolvedValue(wireAnswer(200)))
    await log(request)
    await log(request)
    expect(onAttempt.mock.calls.map(([record]) => [record.attempt, record.status])).toEqual([[1, 502], [2, 200]])
    expect(request.trace).toMatchObject({ attempts: 2, lastAnswer: { status: 200 } })
  })

  it('reports a send without an answer with the network error\'s code', async () => {
    const onAttempt = vi.fn()
    const log = attemptLog(stoppedClock(), onAttempt)(() => Promise.reject(new TransportFailure('ECONNRESET', { isConnected: true })))
    await expect(log(wireRequest())).rejects.toBeInstanceOf(TransportFailure)
    expect(onAttempt).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ status: null, causeCode: 'ECONNRESET', requestId: 'req-1' }))
  })

  it('announces the request before it is sent', async () => {
    const order: string[] = []
    const log = attemptLog(stoppedClock())(() => {
      order.push('sent')
      return Promise.resolve(wireAnswer(200))
    })
    await log(wireRequest({ onSend: request => order.push(`about to send ${request.path}`) }))
    expect(order).toEqual(['about to send /servers/7', 'sent'])
  })
})
