import { attemptLog } from './chain/attempt-log.ts'
import { circuitBreaker, type Circuit } from './chain/circuit-breaker.ts'
import { coalesceReads } from './chain/coalesce.ts'
import { errorLink } from './chain/error.ts'
import type { Clock, Handler, Link } from './chain/link.ts'
import { rateLimit, type Pace } from './chain/rate-limit.ts'
import { retry } from './chain/retry.ts'
import type { AttemptRecord } from './types.ts'

export interface ChainOptions {
  transport: Handler
  clock: Clock
  pace: Pace
  circuit: Circuit
  secrets: readonly string[]
  capabilities: Link
  onAttempt?: (record: AttemptRecord) => void
}

/**
 * The order of the links, from the wire outwards. The log stands next to the wire, so that waiting for a turn is not
 * counted as time of the panel. The pace sees raw answers, so that it can heed a 429 before anybody repeats. Errors are
 * made before the breaker and the retry, which decide by them; the breaker counts every send, and what it refuses is not repeated. Reads
 * are shared outside of that, repetitions and all. Parsing comes last, in `parse.ts`: only the call knows its operation.
 */
export function createChain(options: ChainOptions): Handler {
  const links: Link[] = [
    attemptLog(options.clock, options.onAttempt),
    rateLimit(options.pace, options.clock),
    errorLink(options.clock, options.secrets),
    options.capabilities,
    circuitBreaker(options.circuit),
    retry(options.clock),
    coalesceReads(options.clock),
  ]
  return links.reduce((inner, link) => link(inner), options.transport)
}
