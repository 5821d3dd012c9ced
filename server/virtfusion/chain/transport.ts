import { createFetch, type $Fetch } from 'ofetch'
import { Headers, fetch, type Dispatcher } from 'undici'
import { createOneShot, createPool, type DispatcherOptions } from './dispatchers.ts'
import { TransportFailure, abortCode, type Handler, type WireAnswer, type WireRequest } from './link.ts'

/** Nearly all answers of this API are a few hundred kilobytes at most; an operation that may say more names its own limit. */
const MAX_BODY_BYTES = 5 * 1024 * 1024

export interface TransportOptions extends DispatcherOptions {
  baseUrl: string
  token: string
  userAgent: string
}

export interface Transport {
  handle: Handler
  close(): Promise<void>
}

/**
 * The innermost link: one request, one answer as text. Reads share a kept-alive pool, each change has a connection of its own.
 * No redirect is followed, nothing is repeated, and nothing is parsed.
 */
export function createTransport(options: TransportOptions): Transport {
  // The Agent and the fetch must come from the same package: Node's own fetch refuses a foreign Agent.
  const http = createFetch({ fetch: fetch as never, Headers: Headers as never, AbortController })
  const pool = createPool(options)

  return {
    async handle(request) {
      if (request.kind === 'read') return exchange(http, options, request, pool, () => true)

      const oneShot = createOneShot(options, request.mayStillSend)
      try {
        return await exchange(http, options, request, oneShot.dispatcher, oneShot.isConnected)
      }
      finally {
        await oneShot.destroy()
      }
    },
    close: () => pool.destroy(),
  }
}

async function exchange(
  http: $Fetch,
  options: TransportOptions,
  request: WireRequest,
  dispatcher: Dispatcher,
  isConnected: () => boolean,
): Promise<WireAnswer> {
  let status: number | null = null
  try {
    const response = await http.raw(`${options.baseUrl}${request.path}`, {
      method: request.method,
      headers: {
        'authorization': `Bearer ${options.token}`,
        'accept': 'application/json',
        // A compressed answer could unfold to far more than the cap.
        'accept-encoding': 'identity',
        'user-agent': options.userAgent,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.requestId === null ? {} : { 'x-request-id': request.requestId }),
      },
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      dispatcher: dispatcher as never,
      signal: request.signal,
      redirect: 'manual',
      retry: 0,
      ignoreResponseError: true,
      responseType: 'stream',
    })
    status = response.status
    return {
      status,
      text: await readCapped(response.body, request.longestAnswer ?? MAX_BODY_BYTES),
      contentType: response.headers.get('content-type'),
      location: response.headers.get('location'),
      retryAfter: response.headers.get('retry-after'),
      date: parseDate(response.headers.get('date')),
    }
  }
  catch (error) {
    if (error instanceof TransportFailure) throw error
    const causeCode = request.signal.aborted ? abortCode(request.signal) : innermostCode(error)
    throw new TransportFailure(causeCode, { isConnected: isConnected() || status !== null, status }, error)
  }
}

/** @param most bytes */
async function readCapped(body: ReadableStream<Uint8Array> | null, most: number): Promise<string> {
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > most) throw Object.assign(new Error('Answer too large'), { code: 'answer-too-large' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Walks the causes to the innermost one that has a code; parser errors only have a name. */
export function innermostCode(error: unknown): string {
  let found = ''
  const seen = new Set<unknown>()
  let current: unknown = error
  while (current instanceof Error && !seen.has(current)) {
    seen.add(current)
    if ('code' in current && typeof current.code === 'string' && current.code !== '') found = codeOf({ code: current.code, message: current.message })
    else if (found === '' && current.name === 'HTTPParserError') found = current.name
    if (current.message === 'bad port') found = 'bad-port'
    current = current instanceof AggregateError && current.errors.length > 0 ? current.errors[0] : current.cause
  }
  return found === '' ? 'unknown-network-error' : found
}

/** While something was being written, a failed handshake reads as EPROTO whatever its reason; OpenSSL's own words for that, from which Node makes its other codes, stand in the message. */
function codeOf({ code, message }: { code: string, message: string }): string {
  const reason = code === 'EPROTO' ? /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] : undefined
  return reason === undefined ? code : `ERR_SSL_${reason.trim().toUpperCase().replaceAll(' ', '_')}`
}

function parseDate(header: string | null): Date | null {
  if (header === null) return null
  const time = Date.parse(header)
  return Number.isNaN(time) ? null : new Date(time)
}
