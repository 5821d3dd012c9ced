import type { Lane } from '../types.ts'
import { parseRetryAfter } from './retry-after.ts'
import { TransportFailure, abortCode, type Clock, type Link, type WireRequest } from './link.ts'

export interface Pace {
  /** Calls in flight at once. */
  concurrency: number
  /** Calls started per second, on average; as many may start at once after a quiet second. */
  perSecond: number
  /** How long a change may wait for its turn: an intent must not be sent long after it was written. */
  queueMs: number
}

/**
 * No `Retry-After` holds the whole client back for longer. Every server is to be seen within a quarter of an hour, by a sweep that comes every
 * five minutes; and a panel that still refuses then is asked by a handful of calls, no more.
 */
const LONGEST_PAUSE_MS = 5 * 60_000
const NO_HINT_MS = 1_000
/** Up to this part longer, by chance: several processes were told the same, and must not all come back at once. */
const JITTER = 0.1

/** Keeps the client's own pace by lanes, and pauses everything while the panel's `Retry-After` lasts, five minutes at most. */
export function rateLimit(pace: Pace, clock: Clock): Link {
  const intervalMs = 1000 / pace.perSecond
  const burstMs = intervalMs * (pace.perSecond - 1)
  let active = 0
  /** When the next call would start if all calls were spread evenly; it may run ahead of the clock by one burst. */
  let evenStartAt = 0
  let pausedUntil = 0
  const waiting: Record<Lane, Array<() => void>> = { person: [], work: [], sweep: [] }

  const enter = (request: WireRequest): Promise<void> => new Promise((resolve, reject) => {
    if (request.signal.aborted) return reject(unsent(abortCode(request.signal)))
    if (active < pace.concurrency) {
      active += 1
      return resolve()
    }
    const line = waiting[request.lane]
    const admit = () => {
      request.signal.removeEventListener('abort', leave)
      active += 1
      resolve()
    }
    const leave = () => {
      line.splice(line.indexOf(admit), 1)
      reject(unsent(abortCode(request.signal) === 'aborted' ? 'aborted' : 'queue-timeout'))
    }
    line.push(admit)
    request.signal.addEventListener('abort', leave, { once: true })
  })

  const exit = () => {
    active -= 1
    const next = waiting.person.shift() ?? waiting.work.shift() ?? waiting.sweep.shift()
    next?.()
  }

  return next => async (request) => {
    const askedAt = clock.now()
    const latestStart = request.kind === 'read' ? request.deadlineAt : Math.min(askedAt + pace.queueMs, request.deadlineAt)
    await enter(request)
    try {
      const startAt = Math.max(clock.now(), evenStartAt - burstMs, pausedUntil)
      if (startAt > latestStart) {
        throw startAt === pausedUntil ? unsent('paused', pausedUntil - clock.now()) : unsent('queue-timeout')
      }
      evenStartAt = Math.max(evenStartAt, startAt) + intervalMs
      if (startAt > clock.now()) {
        await clock.sleep(startAt - clock.now(), request.signal).catch((error: unknown) => {
          throw unsent(abortCode(request.signal), null, error)
        })
      }

      const answer = await next(request)
      if (answer.status === 429) {
        const pauseMs = Math.min(parseRetryAfter(answer.retryAfter, clock.now()) ?? NO_HINT_MS, LONGEST_PAUSE_MS)
        pausedUntil = Math.max(pausedUntil, clock.now() + Math.round(pauseMs * (1 + JITTER * clock.random())))
      }
      return answer
    }
    finally {
      exit()
    }
  }
}

function unsent(causeCode: string, retryAfterMs: number | null = null, cause?: unknown): TransportFailure {
  return new TransportFailure(causeCode, { isConnected: false, retryAfterMs }, cause)
}
