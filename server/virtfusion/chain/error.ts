import { VirtFusionError, type VirtFusionErrorFields, type VirtFusionErrorKind } from '../errors.ts'
import { effectOfFailure } from '../effect.ts'
import { scrubText } from '../redact.ts'
import { readBody, readErrorTexts, saysNotFound } from './answer-body.ts'
import { heedRetryAfter, parseRetryAfter } from './retry-after.ts'
import { TransportFailure, type Clock, type Link, type WireAnswer, type WireRequest } from './link.ts'

/** Passing failures: the same call may well succeed later without anybody changing anything. */
const RETRYABLE = new Set<VirtFusionErrorKind>([
  'dns', 'refused', 'unreachable', 'connect-timeout', 'queue-timeout', 'circuit-open', 'timeout', 'connection-lost',
  'conflict', 'locked', 'rate-limited', 'maintenance', 'server-error',
])

const KIND_BY_STATUS: Record<number, VirtFusionErrorKind> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  422: 'invalid',
  423: 'locked',
  429: 'rate-limited',
}

/** Turns everything that is not an answer into the one error class. `secrets` are struck from whatever the panel said. */
export function errorLink(clock: Clock, secrets: readonly string[]): Link {
  return next => async (request) => {
    const answer = await next(request).catch((error: unknown) => {
      throw error instanceof TransportFailure ? failureError(request, error) : error
    })
    if (isSuccess(request, answer)) return answer
    throw fromAnswer(request, answer, clock, secrets)
  }
}

function changesSomething({ kind }: WireRequest): boolean {
  return kind === 'change' || kind === 'create'
}

function isSuccess(request: WireRequest, answer: WireAnswer): boolean {
  return (answer.status >= 200 && answer.status < 300) || request.acceptedStatuses.includes(answer.status)
}

/** The error of a call to which no answer came. */
export function failureError(request: WireRequest, failure: TransportFailure): VirtFusionError {
  const isChange = changesSomething(request)
  const kind = kindOfFailure(failure, isChange)
  return createError(request, {
    kind,
    status: failure.status,
    retryAfterMs: failure.retryAfterMs,
    causeCode: failure.causeCode,
    effect: effectOfFailure({
      isChange,
      isConnected: failure.isConnected,
      // Headers came but no complete body: the status proves nothing.
      status: null,
      bodyForm: 'none',
    }),
  })
}

function fromAnswer(request: WireRequest, answer: WireAnswer, clock: Clock, secrets: readonly string[]): VirtFusionError {
  const body = readBody(answer.text)
  const isNotFound = answer.status === 404 && saysNotFound(body.json)
  const { messages, fields } = readErrorTexts(body.json)
  const askedToWaitMs = parseRetryAfter(answer.retryAfter, clock.now())
  return createError(request, {
    kind: kindOfStatus(answer.status, body.form === 'json'),
    status: answer.status,
    // A panel's or proxy's 5xx text is internal: it may hold a query or a stack.
    messages: answer.status >= 500 ? [] : messages.map(message => scrubText(message, secrets)),
    fields,
    retryAfterMs: heedRetryAfter(askedToWaitMs),
    askedToWaitMs,
    contentType: answer.contentType,
    bodyForm: body.form,
    redirectOrigin: redirectOrigin(answer),
    isConfirmedNotFound: isNotFound,
    effect: effectOfFailure({
      isChange: changesSomething(request),
      isConnected: true,
      status: answer.status,
      bodyForm: body.form,
      isPlainUnauthorized: answer.text.trim() === '401 Unauthorized',
    }),
  })
}

/** An answer that came with a good status but can't be used. Whether a change took place is then unknown. */
export function unreadableAnswer(request: WireRequest, answer: WireAnswer, detail: string): VirtFusionError {
  const { form } = readBody(answer.text)
  return createError(request, {
    kind: 'unreadable',
    status: answer.status,
    contentType: answer.contentType,
    bodyForm: form,
    detail,
    effect: effectOfFailure({ isChange: changesSomething(request), isConnected: true, status: answer.status, bodyForm: form }),
  })
}

type Particulars = Omit<VirtFusionErrorFields, 'operation' | 'method' | 'path' | 'isRetryable' | 'requestId'>

function createError(request: WireRequest, particulars: Particulars): VirtFusionError {
  return new VirtFusionError({
    operation: request.operation,
    method: request.method,
    path: request.path,
    requestId: request.requestId,
    isRetryable: RETRYABLE.has(particulars.kind),
    ...particulars,
  })
}

function kindOfStatus(status: number, isJson: boolean): VirtFusionErrorKind {
  const known = KIND_BY_STATUS[status]
  if (known) return known
  if (status === 503 && isJson) return 'maintenance'
  if (status >= 500) return 'server-error'
  if (status >= 400) return 'client-error'
  if (status >= 300) return 'redirect'
  return 'unreadable'
}

function kindOfFailure(failure: TransportFailure, isChange: boolean): VirtFusionErrorKind {
  const code = failure.causeCode
  if (code === 'aborted') return 'aborted'
  if (code === 'deadline') return 'timeout'
  if (code === 'queue-timeout') return 'queue-timeout'
  if (code === 'paused') return 'rate-limited'
  if (code === 'circuit-open') return 'circuit-open'
  if (code === 'answer-too-large') return 'unreadable'
  if (code === 'EBLOCKED' || code === 'bad-port') return 'blocked-address'
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return 'dns'
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL' || code === 'ENETDOWN') return 'unreachable'
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'connect-timeout'
  // The operating system's own timeout: of the attempt to connect, or of a connection that stood.
  if (code === 'ETIMEDOUT') return isChange && failure.isConnected ? 'connection-lost' : 'connect-timeout'
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'timeout'
  if (code === 'HTTPParserError' || code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') return 'unreadable'
  if (isTlsCode(code)) return 'tls'
  return 'connection-lost'
}

/** OpenSSL's verification results (`CERT_HAS_EXPIRED`, `DEPTH_ZERO_SELF_SIGNED_CERT`, ...) and Node's own TLS errors. */
function isTlsCode(code: string): boolean {
  return /^ERR_(TLS|SSL)_|CERT|^UNABLE_TO_|^EPROTO$|^HOSTNAME_MISMATCH$|^INVALID_PURPOSE$|^INVALID_CA$/.test(code)
}

function redirectOrigin(answer: WireAnswer): string | null {
  if (answer.status < 300 || answer.status >= 400 || answer.location === null) return null
  return URL.canParse(answer.location) ? new URL(answer.location).origin : null
}
