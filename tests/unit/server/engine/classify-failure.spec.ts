import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../../../server/engine/classify-failure.ts'

type Error = Parameters<typeof classifyFailure>[0]
const error = (kind: Error['kind'], rest: Partial<Error> = {}): Error => ({ kind, isConfirmedNotFound: false, bodyForm: 'json', ...rest })

describe('classifying a failed call', () => {
  it.each([
    ['absent', error('not-found', { isConfirmedNotFound: true })],
    ['refused', error('not-found')],
    ['unavailable', error('not-found', { bodyForm: 'empty' })],
    ['unavailable', error('not-found', { bodyForm: 'html' })],
    ['forbidden', error('forbidden')],
    ['unavailable', error('forbidden', { bodyForm: 'html' })],
    ['unauthorized', error('unauthorized', { bodyForm: 'empty' })],
    ['unavailable', error('unauthorized', { bodyForm: 'html' })],
    ['busy', error('locked')],
    ['busy', error('conflict')],
    ['refused', error('invalid')],
    ['unavailable', error('server-error')],
    ['unavailable', error('timeout', { bodyForm: 'none' })],
    ['unavailable', error('rate-limited')],
    ['unavailable', error('circuit-open', { bodyForm: 'none' })],
  ])('reads %s', (expected, given) => expect(classifyFailure(given)).toBe(expected))
})
