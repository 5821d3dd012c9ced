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

  it('says that nothing answered when the connection was lost', () => {
    expect(toProblem(new TypeError('Failed to fetch'))).toMatchObject({ code: 'unreachable', status: 0 })
  })

  it('names the status of an answer that explains nothing', () => {
    expect(toProblem({ statusCode: 502, data: '<html>' })).toMatchObject({ code: 'internal', status: 502 })
  })
})
