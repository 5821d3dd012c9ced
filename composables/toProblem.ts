import type { Problem } from '#shared/schemas/common.ts'

/** Any failure of a request as the problem that the API answered with, or as one that says what went wrong on the way. */
export function toProblem(error: unknown): Problem {
  const { data, status } = readFailure(error)
  if (isProblem(data)) return data
  const problem = { type: 'about:blank', requestId: '' }
  if (status === undefined) {
    return { ...problem, title: 'Berth did not answer', status: 0, code: 'unreachable', detail: 'The connection was lost on the way. Check your network, then try again.' }
  }
  return { ...problem, title: 'Something broke in Berth', status, code: 'internal', detail: `The answer had the status ${status} and no explanation. Try again in a moment.` }
}

interface Failure { data?: unknown, status?: number }

/** A fetch error in the browser, or the same thing after it travelled in the page's payload. */
function readFailure(error: unknown): Failure {
  if (typeof error !== 'object' || error === null) return {}
  const { data, status, statusCode } = error as { data?: unknown, status?: unknown, statusCode?: unknown }
  const code = [status, statusCode].find((value) => typeof value === 'number' && value > 0)
  return { data, status: typeof code === 'number' ? code : undefined }
}

function isProblem(data: unknown): data is Problem {
  return typeof data === 'object' && data !== null && 'detail' in data && 'code' in data && 'title' in data
}
