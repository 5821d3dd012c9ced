import type { VirtFusionError } from './errors.ts'

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/**
 * How a call is treated. A `read` may be repeated and shares kept-alive connections; a `change` is sent at most once, over
 * a connection of its own; a `create` is a change that takes longer; a `check` is sent like a change but leaves nothing behind.
 */
export type OperationKind = 'read' | 'change' | 'create' | 'check'

/** A call before it is sent: what an attempt row records. */
export interface RequestDescription {
  /** Resource and function, for example `servers.create`. */
  operation: string
  method: Method
  /** Path and query below the API's base, for example `/servers/7?remoteState=true`. */
  path: string
  body?: JsonValue
}

/** A call after it has ended, well or badly. Secrets are masked, bodies are capped at 16 KB. */
export interface Exchange {
  operation: string
  method: Method
  path: string
  requestBody: JsonValue | null
  /** Null when no answer came. */
  status: number | null
  /** JSON with secrets masked, or the beginning of a text; null when there was no body. */
  responseBody: JsonValue | null
  durationMs: number
  /** The panel's own clock, from the `Date` header. */
  panelDate: Date | null
  /** How often the request was sent: 0 when it never left, more than 1 only for reads. */
  attempts: number
  requestId: string | null
  /** What the call threw, if it did. */
  error: VirtFusionError | null
}

/** One HTTP attempt, for the process log and for health figures. */
export interface AttemptRecord {
  operation: string
  method: Method
  path: string
  attempt: number
  status: number | null
  durationMs: number
  requestId: string | null
  /** Code of the innermost network error. */
  causeCode: string | null
}

/** Who waits for a call. When calls queue up, somebody at a screen goes before provisioning, and that before a sweep. */
export type Lane = 'person' | 'work' | 'sweep'

export interface CallOptions {
  requestId?: string
  signal?: AbortSignal
  /** Replaces the client's total deadline for this call. */
  timeoutMs?: number
  /** Defaults to `work`. */
  lane?: Lane
  /** Extra tries of a read after a passing failure; changes are never repeated. */
  retries?: number
  /** Of a change: asked once its connection stands, right before the first byte. When it says no, nothing is sent. */
  mayStillSend?(): boolean
  /** Called right before each send. */
  onSend?(request: RequestDescription): void
  /** Called exactly once, when the call has ended and before it returns or throws. */
  onExchange?(exchange: Exchange): void
}

export interface Timeouts {
  /** TCP and TLS handshake. */
  connectMs: number
  readMs: number
  changeMs: number
  createMs: number
  /** How long a change may wait for its turn before it is given up unsent. */
  queueMs: number
}
