import { VirtFusionError } from '../errors.ts'
import { failureError } from './error.ts'
import { TransportFailure, abortCode, type Clock, type Handler, type Link, type WireAnswer, type WireRequest } from './link.ts'

/** A read that began longer ago is not joined: what it brings may be older than the wish to know. */
const JOINABLE_MS = 1_000

interface Flight {
  startedAt: number
  answer: Promise<WireAnswer>
}

/**
 * Callers that ask for the same thing at once share one call: the first one sends, the others get its answer, and their own exchange says
 * that they sent nothing (`attempts` 0). A read never joins one that began before a change of this client was sent or had ended.
 */
export function coalesceReads(clock: Clock): Link {
  const flights = new Map<string, Flight>()

  return (next) => {
    const lead = (request: WireRequest, key: string): Promise<WireAnswer> => {
      const flight: Flight = { startedAt: clock.now(), answer: next(request) }
      flights.set(key, flight)
      const land = () => {
        if (flights.get(key) === flight) flights.delete(key)
      }
      flight.answer.then(land, land)
      return flight.answer
    }

    return async (request) => {
      if (request.kind !== 'read') return sendChange(next, request, flights)

      const key = `${request.operation} ${request.path}`
      for (;;) {
        const flight = flights.get(key)
        if (flight === undefined || clock.now() - flight.startedAt > JOINABLE_MS) return lead(request, key)
        try {
          const answer = await follow(flight.answer, request)
          request.trace.lastAnswer = answer
          return answer
        }
        catch (error) {
          if (!isOwnEnding(error) || request.signal.aborted) throw error
        }
      }
    }
  }
}

/** What was read while a change was under way may show either side of it, so nobody joins that any more. */
async function sendChange(next: Handler, request: WireRequest, flights: Map<string, Flight>): Promise<WireAnswer> {
  flights.clear()
  try {
    return await next(request)
  }
  finally {
    flights.clear()
  }
}

/** Waits for somebody else's answer, but no longer than the caller's own deadline and patience allow. */
function follow(answer: Promise<WireAnswer>, request: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(failureError(request, new TransportFailure(abortCode(request.signal), { isConnected: false })))
    if (request.signal.aborted) return leave()
    request.signal.addEventListener('abort', leave, { once: true })
    answer.then(resolve, reject).finally(() => request.signal.removeEventListener('abort', leave))
  })
}

/** The first caller gave up, or had less time than this one: that is no answer for anybody else. */
function isOwnEnding(error: unknown): boolean {
  return error instanceof VirtFusionError && (error.kind === 'aborted' || error.kind === 'timeout' || error.kind === 'queue-timeout')
}
