import { describe, expect, it } from 'vitest'
import { toProblem } from '~/composables/toProblem'

const PROBLEM = { type: 'about:blank', title: 'Too many tries', status: 429, detail: 'Wait 8 seconds.', code: 'too_many_requests', requestId: 'r-1' }

describe('toProblem', () => {
  it('passes on what the API said', () => {
    expect(toProblem({ data: PROBLEM, status: 429 })).toEqual(PROBLEM)
  })

  it('adds the wait of a throttled request', () => {
    const response = { headers: new Headers({ 'retry-after': '8' }) }
    expect(toProblem({ data: PROBLEM, status: 429, response }).retryAfterSeconds).toBe(8)
  })

  it('says of a session that is over how to go on without losing what was typed, and says nothing like it of a wrong password', () => {
    const problem = { ...PROBLEM, status: 401, detail: 'Sign in first.', code: 'unauthenticated' }
    expect(toProblem({ data: problem, status: 401 })).toMatchObject({ detail: 'Your session is over. Sign in in a new tab, then press again.', diagnosis: { title: 'Your session is over' } })
    expect(toProblem({ data: { ...problem, code: 'invalid_credentials' }, status: 401 }).detail).toBe('Sign in first.')
  })

  it('says that nothing answered when the connection was lost', () => {
    expect(toProblem(new TypeError('Failed to fetch'))).toMatchObject({ code: 'unreachable', status: 0 })
  })

  it('names the status of an answer that explains nothing', () => {
    expect(toProblem({ statusCode: 502, data: '<html>' })).toMatchObject({ code: 'internal', status: 502 })
  })
})
