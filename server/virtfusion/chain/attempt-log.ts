import { TransportFailure, type Clock, type Link } from './link.ts'
import type { AttemptRecord } from '../types.ts'

/** Counts and reports every single send, and keeps the last answer for the exchange at the end of the call. */
export function attemptLog(clock: Clock, onAttempt: (record: AttemptRecord) => void = () => {}): Link {
  return next => async (request) => {
    const startedAt = clock.now()
    request.trace.attempts += 1
    request.trace.lastAnswer = null
    const { operation, method, path, body } = request
    request.onSend?.(body === undefined ? { operation, method, path } : { operation, method, path, body })

    const report = (status: number | null, causeCode: string | null) => onAttempt({
      operation,
      method,
      path,
      attempt: request.trace.attempts,
      status,
      durationMs: clock.now() - startedAt,
      requestId: request.requestId,
      causeCode,
    })

    try {
      const answer = await next(request)
      request.trace.lastAnswer = answer
      report(answer.status, null)
      return answer
    }
    catch (error) {
      if (error instanceof TransportFailure) report(error.status, error.causeCode)
      throw error
    }
  }
}
