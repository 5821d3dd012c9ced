import { describe, expect, it } from 'vitest'
import { effectOfFailure } from '../../../../server/virtfusion/effect.ts'
import type { BodyForm } from '../../../../server/virtfusion/errors.ts'

const change = { isChange: true, isConnected: true, status: null, bodyForm: 'none' } as const

describe('effectOfFailure', () => {
  it('calls a change that never got a connection "none", because no byte of it was written', () => {
    expect(effectOfFailure({ ...change, isConnected: false })).toBe('none')
  })

  it('calls a change without an answer "unknown" once a connection stood', () => {
    expect(effectOfFailure(change)).toBe('unknown')
  })

  it.each([403, 404, 405, 409, 413, 415, 422, 423, 429])('calls a change refused with %i and JSON "none"', (status) => {
    expect(effectOfFailure({ ...change, status, bodyForm: 'json' })).toBe('none')
  })

  it('takes the panel\'s documented 401 for a refusal, and any other 401 for a proxy\'s', () => {
    expect(effectOfFailure({ ...change, status: 401, bodyForm: 'empty' })).toBe('none')
    expect(effectOfFailure({ ...change, status: 401, bodyForm: 'text', isPlainUnauthorized: true })).toBe('none')
    expect(effectOfFailure({ ...change, status: 401, bodyForm: 'html' })).toBe('unknown')
    expect(effectOfFailure({ ...change, status: 401, bodyForm: 'json' })).toBe('unknown')
  })

  it.each<[number, BodyForm]>([
    [403, 'html'], [404, 'html'], [404, 'empty'], [409, 'text'], [422, 'html'], [400, 'json'], [408, 'json'], [418, 'json'], [421, 'json'],
    [200, 'html'], [201, 'json'], [302, 'empty'], [500, 'json'], [502, 'html'], [503, 'json'], [504, 'html'], [599, 'json'],
  ])('says "unknown" for a change answered %i with %s', (status, bodyForm) => {
    expect(effectOfFailure({ ...change, status, bodyForm })).toBe('unknown')
  })

  it('says "none" for every read, whatever happened', () => {
    expect(effectOfFailure({ ...change, isChange: false })).toBe('none')
    expect(effectOfFailure({ ...change, isChange: false, status: 500, bodyForm: 'html' })).toBe('none')
  })
})
