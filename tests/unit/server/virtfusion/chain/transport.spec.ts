import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createTransport, innermostCode, type Transport } from '../../../../../server/virtfusion/chain/transport.ts'
import { DeadlineError } from '../../../../../server/virtfusion/chain/link.ts'
import { afterRequest, answering, endless, nothingListening, silent, tlsWith, type Fault } from '../support/faults.ts'
import { TOKEN, startPanel } from '../support/panel.ts'
import { changeRequest, wireRequest } from '../support/wire.ts'

const open: Array<{ close(): Promise<void> }> = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(item => item.close()))
})

function transportTo(baseUrl: string, over: { ca?: string } = {}): Transport {
  const transport = createTransport({ baseUrl, token: TOKEN, userAgent: 'test', connectMs: 1_000, ...over })
  open.push(transport)
  return transport
}

async function keep<T extends Fault>(fault: Promise<T>): Promise<T> {
  const started = await fault
  open.push(started)
  return started
}

describe('the transport', () => {
  it('sends token, request id and body, and hands the answer over as text', async () => {
    const panel = await startPanel(() => ({ status: 201, headers: { 'date': 'Tue, 01 Jan 2030 10:00:00 GMT', 'retry-after': '3' }, body: '{"data":1}' }))
    open.push(panel)
    const answer = await transportTo(panel.origin).handle(changeRequest({ body: { name: 'web-1' } }))
    expect(panel.seen).toEqual([expect.objectContaining({ method: 'POST', url: '/servers/7/suspend', body: '{"name":"web-1"}' })])
    expect(panel.seen[0]?.headers).toMatchObject({
      'authorization': `Bearer ${TOKEN}`, 'accept': 'application/json', 'content-type': 'application/json', 'x-request-id': 'req-1', 'user-agent': 'test',
    })
    expect(answer).toMatchObject({ status: 201, text: '{"data":1}', retryAfter: '3', date: new Date('2030-01-01T10:00:00Z') })
  })

  it('shares a kept-alive connection between reads and gives each change one of its own', async () => {
    const panel = await startPanel(() => ({ body: [] }))
    open.push(panel)
    const { handle } = transportTo(panel.origin)
    await handle(wireRequest())
    await handle(wireRequest())
    await handle(changeRequest())
    expect(panel.seen.map(request => request.headers.connection)).toEqual(['keep-alive', 'keep-alive', 'close'])
  })

  it.each([301, 302, 307, 308])('returns a %i without following it, so the token goes nowhere else', async (status) => {
    const elsewhere = await startPanel(() => ({ body: [] }))
    const panel = await startPanel(() => ({ status, headers: { location: `${elsewhere.origin}/api/v1/connect` } }))
    open.push(panel, elsewhere)
    const answer = await transportTo(panel.origin).handle(wireRequest())
    expect(answer).toMatchObject({ status, location: `${elsewhere.origin}/api/v1/connect` })
    expect(elsewhere.seen).toEqual([])
  })

  it.each([401, 408, 421, 425, 500, 503])('sends a change once when it is answered %i', async (status) => {
    const panel = await startPanel(() => ({ status, body: {} }))
    open.push(panel)
    await transportTo(panel.origin).handle(changeRequest({ body: { a: 1 } })).catch(() => null)
    expect(panel.seen).toHaveLength(1)
  })

  it('sends a change once when the connection is reset before the answer', async () => {
    let requests = 0
    const fault = await keep(afterRequest((socket) => {
      requests += 1
      socket.resetAndDestroy()
    }))
    await expect(transportTo(fault.baseUrl).handle(changeRequest())).rejects.toMatchObject({ causeCode: 'ECONNRESET', isConnected: true })
    expect(requests).toBe(1)
  })

  it('knows that a change was not sent when nothing listens', async () => {
    const fault = await nothingListening()
    await expect(transportTo(fault.baseUrl).handle(changeRequest())).rejects.toMatchObject({ causeCode: 'ECONNREFUSED', isConnected: false })
  })

  it('knows that a change was not sent when the certificate was refused, and accepts it with its authority', async () => {
    const fault = await keep(tlsWith('unknown-authority'))
    await expect(transportTo(fault.baseUrl).handle(changeRequest())).rejects.toMatchObject({ isConnected: false })
    await expect(transportTo(fault.baseUrl, { ca: fault.ca }).handle(changeRequest())).resolves.toMatchObject({ status: 200, text: '[]' })
  })

  it('sends nothing, and knows it, when the caller does not want the change sent any more once the connection stands', async () => {
    const panel = await startPanel(() => ({ body: {} }))
    open.push(panel)
    await expect(transportTo(panel.origin).handle(changeRequest({ mayStillSend: () => false }))).rejects.toMatchObject({ causeCode: 'queue-timeout', isConnected: false })
    expect(panel.seen).toEqual([])
  })

  it('does not know whether a change was sent when the deadline passes after connecting', async () => {
    const fault = await keep(silent())
    const deadline = new AbortController()
    const call = transportTo(fault.baseUrl).handle(changeRequest({ signal: deadline.signal }))
    setTimeout(() => deadline.abort(new DeadlineError()), 1_000)
    await expect(call).rejects.toMatchObject({ causeCode: 'deadline', isConnected: true })
  })

  it('knows that a change was not sent when the deadline passes during the TLS handshake', async () => {
    const fault = await keep(silent())
    const deadline = new AbortController()
    const call = transportTo(fault.baseUrl.replace('http:', 'https:')).handle(changeRequest({ signal: deadline.signal }))
    setTimeout(() => deadline.abort(new DeadlineError()), 1_000)
    await expect(call).rejects.toMatchObject({ causeCode: 'deadline', isConnected: false })
  })

  it('tells a caller that gave up from a deadline', async () => {
    const fault = await keep(silent())
    const caller = new AbortController()
    const call = transportTo(fault.baseUrl).handle(wireRequest({ signal: caller.signal }))
    setTimeout(() => caller.abort(), 50)
    await expect(call).rejects.toMatchObject({ causeCode: 'aborted' })
  })

  it('stops reading an answer over 5 MB', async () => {
    const fault = await keep(endless())
    await expect(transportTo(fault.baseUrl).handle(wireRequest())).rejects.toMatchObject({ causeCode: 'answer-too-large', status: 200 })
  })

  it('reads as much as the operation says that its answer may hold, and no more', async () => {
    const fault = await keep(afterRequest((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${6 * 1024 * 1024}\r\n\r\n`)
      socket.write('x'.repeat(6 * 1024 * 1024))
    }))
    await expect(transportTo(fault.baseUrl).handle(wireRequest({ longestAnswer: 7 * 1024 * 1024 }))).resolves.toMatchObject({ status: 200 })
    await expect(transportTo(fault.baseUrl).handle(wireRequest({ longestAnswer: 1024 }))).rejects.toMatchObject({ causeCode: 'answer-too-large' })
  })

  it('counts what a compressed answer unfolds to, not what it weighs', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024))
    const fault = await keep(afterRequest((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`)
      socket.write(bomb)
    }))
    await expect(transportTo(fault.baseUrl).handle(wireRequest())).rejects.toMatchObject({ causeCode: 'answer-too-large' })
  })

  it('reports a body that was cut off with the status that had come', async () => {
    const fault = await keep(afterRequest(socket => socket.end('HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"data":')))
    await expect(transportTo(fault.baseUrl).handle(changeRequest())).rejects.toMatchObject({ isConnected: true, status: 201 })
  })

  it.each(['http://169.254.169.254', 'http://[fe80::1]', 'http://2852039166', 'http://[::ffff:169.254.169.254]'])('never connects to %s', async (baseUrl) => {
    await expect(transportTo(baseUrl).handle(wireRequest())).rejects.toMatchObject({ causeCode: 'EBLOCKED' })
  })

  it('answers in plain text are no fault of the transport', async () => {
    const fault = await keep(answering({ status: 200, headers: { 'content-type': 'text/css' }, body: '<html>' }))
    await expect(transportTo(fault.baseUrl).handle(wireRequest())).resolves.toMatchObject({ text: '<html>', contentType: 'text/css' })
  })
})

describe('the code of a failure', () => {
  it.each([
    ['wrong version number', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ['tlsv1 alert protocol version', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
    ['tlsv13 alert certificate required', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  ])('tells by OpenSSL\'s words what EPROTO hides: %s', (reason, code) => {
    const refused = Object.assign(new Error(`write EPROTO 40CD4201C37F0000:error:0A000410:SSL routines:ssl3_read_bytes:${reason}:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:918:SSL alert number 40\n`), { code: 'EPROTO' })
    expect(innermostCode(new TypeError('fetch failed', { cause: refused }))).toBe(code)
  })

  it('stays EPROTO where OpenSSL says nothing', () => {
    expect(innermostCode(Object.assign(new Error('write EPROTO'), { code: 'EPROTO' }))).toBe('EPROTO')
  })
})
