import type { Problem } from '#shared/schemas/common.ts'

/** A problem, with the wait that a throttled request was answered with. */
export interface RequestProblem extends Problem {
  retryAfterSeconds?: number
}

/** Any failure of a request as the problem that the API answered with, or as one that says what went wrong on the way. */
export function toProblem(error: unknown): RequestProblem {
  const { data, status, retryAfterSeconds } = readFailure(error)
  if (isProblem(data)) return { ...data, ...(isSessionOver(data) ? SESSION_OVER : {}), ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
  const problem = { type: 'about:blank', requestId: '' }
  if (status === undefined) {
    return { ...problem, title: 'Berth did not answer', status: 0, code: 'unreachable', detail: 'The connection was lost on the way. Check your network, then try again.' }
  }
  return { ...problem, title: 'Something broke in Berth', status, code: 'internal', detail: `The answer had the status ${status} and no explanation. Try again in a moment.` }
}

/** Nobody is signed in any more; a wrong password at the sign-in has another code. */
export function isSessionOver(problem: Problem): boolean {
  return problem.code === 'unauthenticated'
}

const SESSION_OVER = {
  detail: 'Your session is over. Sign in in a new tab, then press again.',
  diagnosis: { code: 'session_over', title: 'Your session is over', cause: 'Nothing was changed, and what you typed is still here.', fix: 'Sign in in a new tab, then press again.' },
} satisfies Partial<Problem>

interface Failure {
  data?: unknown
  status?: number
  retryAfterSeconds?: number
}

/** A fetch error in the browser, or the same thing after it travelled in the page's payload. */
function readFailure(error: unknown): Failure {
  if (typeof error !== 'object' || error === null) return {}
  const { data, status, statusCode, response } = error as { data?: unknown, status?: unknown, statusCode?: unknown, response?: { headers?: Headers } }
  const code = [status, statusCode].find((value) => typeof value === 'number' && value > 0)
  const wait = Number(response?.headers?.get('retry-after') ?? Number.NaN)
  return { data, status: typeof code === 'number' ? code : undefined, retryAfterSeconds: Number.isFinite(wait) ? wait : undefined }
}

function isProblem(data: unknown): data is Problem {
  return typeof data === 'object' && data !== null && 'detail' in data && 'code' in data && 'title' in data
}
