import type { H3Event } from 'h3'
import { isError, setResponseHeader, setResponseStatus } from 'h3'
import type { Problem } from '#shared/schemas/common.ts'
import type { CurrentUser } from '../context.ts'
import { findDatabaseTrouble, type DatabaseTrouble } from '../db/database-trouble.ts'
import { safeModeProblem } from '../domains/identity/safe-mode-problem.ts'
import { SafeModeError, TooLateError } from '../engine/ports.ts'
import { AppError, type ErrorCode } from '../errors.ts'
import { rootLog } from '../log.ts'
import { describeDiagnosis } from '../messages/describe.ts'
import { loggedPath } from './log-access.ts'

const TITLES: Record<ErrorCode, string> = {
  invalid_input: 'Some input does not fit',
  unauthenticated: 'Not signed in',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  conflict: 'Not possible right now',
  payload_too_large: 'Too large',
  unsupported_media_type: 'Wrong content type',
  panel_refused: 'The panel refused',
  too_many_requests: 'Too many tries',
  internal: 'Something broke in Berth',
  panel_unavailable: 'The panel did not answer',
  unavailable: 'Berth is not available',
  not_ready: 'Berth is not ready',
}

const DATABASE_TROUBLES: Record<DatabaseTrouble, string> = {
  away: 'The database does not answer right now. Try again in a moment.',
  unable: 'The database does not take this right now; the log of the process says why under this request id. Try again in a moment.',
  clash: 'Another change met this one in the database, which took this one back. Try again.',
}

/** Turns any error into problem+json, and logs it once: refusals as warnings, our own defects as errors. Internals stay in the log. */
export function sendProblem(event: H3Event, error: unknown): Problem {
  const requestId = event.context.requestId
  const known = toAppError(error, event.context.role)
  const line = { requestId, method: event.method, path: loggedPath(event.path), code: known.reason }
  // A probe comes every few seconds, and what it found is logged where it looked.
  if (known.status >= 500 && known.code !== 'not_ready') rootLog().error({ ...line, err: error }, 'request failed')
  else rootLog().debug(line, known.message)

  setResponseStatus(event, known.status)
  setResponseHeader(event, 'content-type', 'application/problem+json')
  if (known.retryAfterSeconds !== undefined) setResponseHeader(event, 'retry-after', known.retryAfterSeconds)
  return {
    type: 'about:blank',
    title: TITLES[known.code],
    status: known.status,
    detail: known.message,
    code: known.reason,
    requestId,
    ...(known.fields ? { fields: known.fields } : {}),
    ...(known.diagnosis ? { diagnosis: describeDiagnosis(known.diagnosis) } : {}),
    ...(known.checks ? { checks: known.checks } : {}),
  }
}

function toAppError(error: unknown, role: CurrentUser['role'] | undefined): AppError {
  if (error instanceof AppError) return error
  if (isError(error) && error.statusCode === 404) return new AppError('not_found', 'There is nothing at this address.')
  if (error instanceof SafeModeError) return safeModeProblem(role ?? null)
  if (error instanceof TooLateError) return new AppError('unavailable', 'Berth stood still for some seconds right before it asked the panel, so nothing was sent. Try again.', { reason: 'never_sent', retryAfterSeconds: 1, cause: error })
  const trouble = findDatabaseTrouble(error)
  if (trouble) return new AppError('unavailable', DATABASE_TROUBLES[trouble], { retryAfterSeconds: trouble === 'clash' ? 1 : 5, cause: error })
  return new AppError('internal', 'This is a defect of Berth, not of yours. The log of the process has the details under this request id.', { cause: error })
}
