import type { Lane, OperationKind, RequestDescription } from '../types.ts'

/** What is remembered about a call across its attempts, for the one exchange that is reported at the end. */
export interface CallTrace {
  attempts: number
  lastAnswer: WireAnswer | null
}

export interface WireRequest extends RequestDescription {
  kind: OperationKind
  lane: Lane
  /** Statuses outside 2xx that this operation takes for an answer. */
  acceptedStatuses: readonly number[]
  requestId: string | null
  /** Fires when the caller gives up or the total deadline passes. */
  signal: AbortSignal
  /** Epoch milliseconds. */
  deadlineAt: number
  retries: number
  /** Bytes; absent: what most operations keep to. */
  longestAnswer?: number
  trace: CallTrace
  mayStillSend?: () => boolean
  onSend?: (request: RequestDescription) => void
}

export interface WireAnswer {
  status: number
  text: string
  contentType: string | null
  location: string | null
  retryAfter: string | null
  date: Date | null
}

export type Handler = (request: WireRequest) => Promise<WireAnswer>
export type Link = (next: Handler) => Handler

/** No complete answer came back. The error link turns this into what callers see. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure'
  /**
   * Ours are `answer-too-large`, `deadline` and `aborted`, and before sending `queue-timeout`, `paused` and `circuit-open`;
   * everything else is the innermost network error's code or name.
   */
  readonly causeCode: string
  /** False when no byte of the request can have been written. Only meaningful for changes. */
  readonly isConnected: boolean
  /** Set when the status line and headers had come before the failure. */
  readonly status: number | null
  readonly retryAfterMs: number | null

  constructor(
    causeCode: string,
    evidence: { isConnected: boolean, status?: number | null, retryAfterMs?: number | null },
    cause?: unknown,
  ) {
    super(`No answer: ${causeCode}`, { cause })
    this.causeCode = causeCode
    this.isConnected = evidence.isConnected
    this.status = evidence.status ?? null
    this.retryAfterMs = evidence.retryAfterMs ?? null
  }
}

/** The reason a signal fires with when the client's own total deadline has passed. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/** Tells the client's deadline from a caller that gave up. */
export function abortCode(signal: AbortSignal): 'deadline' | 'aborted' {
  return signal.reason instanceof DeadlineError ? 'deadline' : 'aborted'
}

/** Put around the one place that owns time and chance, so that tests need neither. */
export interface Clock {
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
  random(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  }),
  random: () => Math.random(),
}
