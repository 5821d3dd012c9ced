import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker as createPolicy, handleWhen } from 'cockatiel'
import { VirtFusionError, type VirtFusionErrorKind } from '../errors.ts'
import { failureError } from './error.ts'
import { TransportFailure, type Link, type WireRequest } from './link.ts'

export interface Circuit {
  /** Failures in a row after which the panel counts as dead. */
  failures: number
  /** How long it is left alone before it is asked again. */
  pauseMs: number
}

/** The question whether anybody is there: callers may always ask it, also while the circuit is open, and an answer closes it. */
const PROBE = 'connection.connect'
const PROBE_TIMEOUT_MS = 10_000
/** How long a caller waits for how that question ends: a panel that is back answers it sooner. */
const PATIENCE_MS = 300
/** Nobody answered, or only to say that the panel itself is broken. */
const DEAD = new Set<VirtFusionErrorKind>(['dns', 'refused', 'unreachable', 'connect-timeout', 'tls', 'timeout', 'connection-lost', 'server-error'])
/** Ended here, so they say nothing about the panel. */
const SILENT = new Set<VirtFusionErrorKind>(['aborted', 'queue-timeout', 'blocked-address', 'circuit-open'])
/** Whoever is told to come back does not come back at once. */
const SHORTEST_WAIT_MS = 1_000

type Outcome<T> = { answer: T } | { error: VirtFusionError }

/**
 * Leaves a dead panel alone: after so many failures in a row every call fails at once and unsent. When a pause has passed, the next call makes
 * the breaker ask by a harmless read of its own whether anybody is there, so that nobody's page and no create is what tries. Any answer
 * of the panel, a refusal as well, shows that it lives.
 */
export function circuitBreaker({ failures, pauseMs }: Circuit): Link {
  let openedAt = 0
  const close = () => {
    const made = createPolicy(handleWhen(error => isDead(error) || made.state === CircuitState.HalfOpen), {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: pauseMs,
    })
    made.onBreak(() => { openedAt = Date.now() })
    return made
  }
  let policy = close()
  let asking: Promise<void> | null = null
  const isClosed = () => policy.state === CircuitState.Closed

  const refuse = (request: WireRequest) => failureError(request, new TransportFailure('circuit-open', {
    isConnected: false,
    retryAfterMs: Math.max(openedAt + pauseMs - Date.now(), SHORTEST_WAIT_MS),
  }))

  return next => async (request) => {
    const send = () => settle(next(request))
    if (!isClosed() && request.operation === PROBE) {
      const outcome = await send()
      policy = close()
      return unwrap(outcome)
    }
    if (!isClosed()) {
      if (Date.now() < openedAt + pauseMs) throw refuse(request)
      asking ??= policy.execute(() => settle(next(probe()))).then(() => {}, () => {}).finally(() => { asking = null })
      await Promise.race([asking, patience()])
      if (!isClosed()) throw refuse(request)
    }
    try {
      return unwrap(await policy.execute(send))
    }
    catch (error) {
      throw error instanceof BrokenCircuitError ? refuse(request) : error
    }
  }
}

function probe(): WireRequest {
  return {
    operation: PROBE,
    method: 'GET',
    path: '/connect',
    kind: 'read',
    lane: 'work',
    acceptedStatuses: [],
    requestId: null,
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    deadlineAt: Date.now() + PROBE_TIMEOUT_MS,
    retries: 0,
    trace: { attempts: 0, lastAnswer: null },
  }
}

const patience = () => new Promise<void>((resolve) => { setTimeout(resolve, PATIENCE_MS).unref() })

/** A refusal is a result here: the panel lives. What tells of no life, or of nothing, is thrown. */
async function settle<T>(call: Promise<T>): Promise<Outcome<T>> {
  try {
    return { answer: await call }
  }
  catch (error) {
    if (!(error instanceof VirtFusionError) || isDead(error) || SILENT.has(error.kind) || isPaused(error)) throw error
    return { error }
  }
}

function unwrap<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw outcome.error
  return outcome.answer
}

function isDead(error: unknown): boolean {
  return error instanceof VirtFusionError && DEAD.has(error.kind)
}

/** Held back here while the panel's `Retry-After` lasts. */
function isPaused(error: VirtFusionError): boolean {
  return error.kind === 'rate-limited' && error.status === null
}
