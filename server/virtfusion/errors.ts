import type { Effect } from './effect.ts'
import type { Method } from './types.ts'

export type VirtFusionErrorKind =
  | 'invalid-input' // refused by this client, never sent
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'connect-timeout'
  | 'tls'
  | 'blocked-address'
  | 'queue-timeout' // waited too long for its turn, never sent
  | 'circuit-open' // the panel has failed too often in a row and is left alone for a moment; never sent
  | 'aborted' // the caller gave up
  | 'timeout' // the total deadline passed
  | 'connection-lost'
  | 'redirect'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'locked'
  | 'invalid'
  | 'rate-limited'
  | 'maintenance'
  | 'server-error'
  | 'client-error' // any other 4xx
  | 'unreadable' // an answer that is no answer of this API: HTML, broken JSON, wrong shape, too large

export type BodyForm = 'none' | 'empty' | 'json' | 'html' | 'text'

export interface VirtFusionErrorFields {
  operation: string
  method: Method
  path: string
  kind: VirtFusionErrorKind
  /** Whether the change may have taken place. Always `none` for reads. */
  effect: Effect
  isRetryable: boolean
  status?: number | null
  /** How long to wait before the next try. */
  retryAfterMs?: number | null
  /** How long the panel itself asks to wait, which may be longer than Berth does; null for what it did not say. */
  askedToWaitMs?: number | null
  /** What the panel said, in its own words: trimmed, capped, without secrets. */
  messages?: string[]
  /** Names of the request's fields that the panel found fault with. */
  fields?: string[]
  requestId?: string | null
  /** Code of the innermost network error, for example `ECONNREFUSED`. */
  causeCode?: string | null
  contentType?: string | null
  bodyForm?: BodyForm
  /** Origin that a redirect points to; never its path or query. */
  redirectOrigin?: string | null
  /** True when a 404 came as the panel's own sentence about a record, not from a wrong address. */
  isConfirmedNotFound?: boolean
  detail?: string
}

/** The one error of this client. Holds no token, no password and no raw body. */
export class VirtFusionError extends Error {
  override readonly name = 'VirtFusionError'
  readonly operation: string
  readonly method: Method
  readonly path: string
  readonly kind: VirtFusionErrorKind
  readonly effect: Effect
  readonly isRetryable: boolean
  readonly status: number | null
  readonly retryAfterMs: number | null
  readonly askedToWaitMs: number | null
  readonly messages: readonly string[]
  readonly fields: readonly string[]
  readonly requestId: string | null
  readonly causeCode: string | null
  readonly contentType: string | null
  readonly bodyForm: BodyForm
  readonly redirectOrigin: string | null
  readonly isConfirmedNotFound: boolean

  constructor(fields: VirtFusionErrorFields) {
    super(describe(fields))
    this.operation = fields.operation
    this.method = fields.method
    this.path = fields.path
    this.kind = fields.kind
    this.effect = fields.effect
    this.isRetryable = fields.isRetryable
    this.status = fields.status ?? null
    this.retryAfterMs = fields.retryAfterMs ?? null
    this.askedToWaitMs = fields.askedToWaitMs ?? null
    this.messages = fields.messages ?? []
    this.fields = fields.fields ?? []
    this.requestId = fields.requestId ?? null
    this.causeCode = fields.causeCode ?? null
    this.contentType = fields.contentType ?? null
    this.bodyForm = fields.bodyForm ?? 'none'
    this.redirectOrigin = fields.redirectOrigin ?? null
    this.isConfirmedNotFound = fields.isConfirmedNotFound ?? false
  }

  get isJson(): boolean {
    return this.bodyForm === 'json'
  }
}

/** True only when the panel itself said that the record does not exist; a wrong address or a proxy's 404 is not that. */
export function isConfirmedNotFound(error: unknown): error is VirtFusionError {
  return error instanceof VirtFusionError && error.isConfirmedNotFound
}

function describe(fields: VirtFusionErrorFields): string {
  const outcome = fields.status ? `${fields.kind} (${fields.status})` : fields.kind
  const reason = fields.detail ?? fields.messages?.join('; ') ?? fields.causeCode ?? ''
  return `${fields.operation}: ${fields.method} ${fields.path}: ${outcome}${reason === '' ? '' : `: ${reason}`}`
}
