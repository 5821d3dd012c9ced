import { describe, expect, it } from 'vitest'
import { errorLink } from '../../../../../server/virtfusion/chain/error.ts'
import { TransportFailure, type WireAnswer, type WireRequest } from '../../../../../server/virtfusion/chain/link.ts'
import { parseAnswer } from '../../../../../server/virtfusion/chain/parse.ts'
import { ContractError } from '../../../../../server/virtfusion/operation.ts'
import { TOKEN, rejectionOf } from '../support/panel.ts'
import { changeRequest, stoppedClock, wireAnswer, wireRequest } from '../support/wire.ts'

const errorOf = (answer: WireAnswer, request: WireRequest = changeRequest()) =>
  rejectionOf(errorLink(stoppedClock(), [TOKEN])(() => Promise.resolve(answer))(request))
const errorAfter = (failure: TransportFailure, request: WireRequest = changeRequest()) =>
  rejectionOf(errorLink(stoppedClock(), [])(() => Promise.reject(failure))(request))

describe('the error link', () => {
  it('lets any 2xx pass, and the statuses that an operation takes for an answer', async () => {
    const link = errorLink(stoppedClock(), [])
    await expect(link(() => Promise.resolve(wireAnswer(226)))(changeRequest())).resolves.toMatchObject({ status: 226 })
    await expect(link(() => Promise.resolve(wireAnswer(503)))(wireRequest({ acceptedStatuses: [503] }))).resolves.toMatchObject({ status: 503 })
  })

  it.each([
    [400, 'invalid', false], [401, 'unauthorized', false], [403, 'forbidden', false], [404, 'not-found', false], [409, 'conflict', true],
    [418, 'client-error', false], [422, 'invalid', false], [423, 'locked', true], [429, 'rate-limited', true], [302, 'redirect', false],
    [500, 'server-error', true], [503, 'maintenance', true], [504, 'server-error', true],
  ])('reads %i as %s', async (status, kind, isRetryable) => {
    expect(await errorOf(wireAnswer(status, {}))).toMatchObject({ status, kind, isRetryable, requestId: 'req-1', operation: 'servers.suspend' })
  })

  it('reads 503 without JSON as the proxy\'s, not as maintenance', async () => {
    expect(await errorOf(wireAnswer(503, '<html>'))).toMatchObject({ kind: 'server-error' })
  })

  it.each([
    ['ECONNREFUSED', false, 'refused', 'none'],
    ['ENOTFOUND', false, 'dns', 'none'],
    ['EAI_AGAIN', false, 'dns', 'none'],
    ['EHOSTUNREACH', false, 'unreachable', 'none'],
    ['ETIMEDOUT', false, 'connect-timeout', 'none'],
    ['ETIMEDOUT', true, 'connection-lost', 'unknown'],
    ['UND_ERR_CONNECT_TIMEOUT', false, 'connect-timeout', 'none'],
    ['CERT_HAS_EXPIRED', false, 'tls', 'none'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', false, 'tls', 'none'],
    ['EBLOCKED', false, 'blocked-address', 'none'],
    ['queue-timeout', false, 'queue-timeout', 'none'],
    ['paused', false, 'rate-limited', 'none'],
    ['aborted', false, 'aborted', 'none'],
    ['aborted', true, 'aborted', 'unknown'],
    ['deadline', false, 'timeout', 'none'],
    ['deadline', true, 'timeout', 'unknown'],
    ['ECONNRESET', true, 'connection-lost', 'unknown'],
    ['EPIPE', true, 'connection-lost', 'unknown'],
    ['UND_ERR_SOCKET', true, 'connection-lost', 'unknown'],
    ['UND_ERR_HEADERS_TIMEOUT', true, 'timeout', 'unknown'],
    ['UND_ERR_HEADERS_OVERFLOW', true, 'unreadable', 'unknown'],
    ['HTTPParserError', true, 'unreadable', 'unknown'],
    ['answer-too-large', true, 'unreadable', 'unknown'],
    ['EREPEAT', true, 'connection-lost', 'unknown'],
    ['unknown-network-error', true, 'connection-lost', 'unknown'],
  ])('reads %s (connected: %s) on a change as %s, effect %s', async (causeCode, isConnected, kind, effect) => {
    expect(await errorAfter(new TransportFailure(causeCode, { isConnected }))).toMatchObject({ kind, effect, causeCode, status: null })
  })

  it('believes no refusal whose body did not come whole', async () => {
    expect(await errorAfter(new TransportFailure('UND_ERR_SOCKET', { isConnected: true, status: 422 }))).toMatchObject({ status: 422, effect: 'unknown' })
  })

  it('keeps the panel\'s sentences of a 4xx, without the token, and drops those of a 5xx', async () => {
    expect(await errorOf(wireAnswer(422, { errors: [`bad ${TOKEN}`] }))).toMatchObject({ messages: ['bad [redacted]'] })
    expect(await errorOf(wireAnswer(500, { message: 'SQLSTATE[23000]' }))).toMatchObject({ messages: [] })
  })

  it('keeps the origin of a redirect, never its path', async () => {
    expect(await errorOf(wireAnswer(302, '', { location: 'https://sso.example.com/in?ticket=1' }))).toMatchObject({ redirectOrigin: 'https://sso.example.com' })
    expect(await errorOf(wireAnswer(302, '', { location: '/login' }))).toMatchObject({ redirectOrigin: null })
  })
})

describe('the parse link', () => {
  const read = { output: ({ json }: { json: unknown }) => json }

  it('hands JSON and an empty body to the operation', () => {
    expect(parseAnswer(read, wireRequest(), wireAnswer(200, '{"a":1}'), 'https://x')).toEqual({ a: 1 })
    expect(parseAnswer(read, wireRequest(), wireAnswer(204), 'https://x')).toBeUndefined()
  })

  it.each(['<html>', 'OK', '{"a":'])('refuses %j, and does not know what a change did', (text) => {
    expect(() => parseAnswer(read, changeRequest(), wireAnswer(200, text), 'https://x')).toThrow(expect.objectContaining({ kind: 'unreadable', effect: 'unknown' }))
    expect(() => parseAnswer(read, wireRequest(), wireAnswer(200, text), 'https://x')).toThrow(expect.objectContaining({ kind: 'unreadable', effect: 'none' }))
  })

  it('turns a broken contract into an error that names the place, not the value', () => {
    const broken = { output: () => { throw new ContractError('unexpected shape at id') } }
    expect(() => parseAnswer(broken, wireRequest(), wireAnswer(200, '{}'), 'https://x')).toThrow(/unexpected shape at id/)
  })
})
