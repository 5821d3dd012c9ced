import { setResponseStatus, type H3Event } from 'h3'
import type { Problem } from '#shared/schemas/common.ts'

export const UNAVAILABLE: Problem = {
  type: 'about:blank', title: 'Berth is not available', status: 503, detail: 'The database does not answer right now.', code: 'unavailable', requestId: 'req-9',
}

/** What a route answers while the database is away. */
export function answerUnavailable(event: H3Event): Problem {
  setResponseStatus(event, 503)
  return UNAVAILABLE
}
