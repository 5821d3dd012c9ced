import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideCreateOutcome } from '../../../../../server/engine/create/decide-outcome.ts'

type Failure = Extract<Parameters<typeof decideCreateOutcome>[0], { ok: false }>['error']
const failed = (error: Partial<Failure>) => ({
  ok: false as const, error: { kind: 'server-error', effect: 'unknown', status: 500, isConfirmedNotFound: false, bodyForm: 'json', retryAfterMs: null, ...error } as Failure,
})
const KINDS = ['invalid-input', 'dns', 'refused', 'unreachable', 'connect-timeout', 'tls', 'blocked-address', 'queue-timeout', 'aborted', 'timeout', 'connection-lost', 'redirect', 'unauthorized',
  'forbidden', 'not-found', 'conflict', 'locked', 'invalid', 'rate-limited', 'maintenance', 'server-error', 'client-error', 'unreadable'] as const

describe('what the answer to a create means', () => {
  it('is "made" only for a server of the right owner', () => {
    expect(decideCreateOutcome({ ok: true, value: { id: 1, uuid: 'u', ownerId: 2 } }, 2).type).toBe('made')
    expect(decideCreateOutcome({ ok: true, value: { id: 1, uuid: 'u', ownerId: 3 } }, 2).type).toBe('foreign')
    expect(decideCreateOutcome({ ok: true, value: { id: 1, uuid: 'u', ownerId: null } }, 2).type).toBe('foreign')
  })

  it('is "unknown" for every failure that is not proved to have had no effect, whatever else it looks like', () => {
    fc.assert(fc.property(fc.constantFrom(...KINDS), fc.option(fc.integer({ min: 100, max: 599 })), fc.constantFrom('none', 'empty', 'json', 'html', 'text' as const), fc.boolean(), (kind, status, bodyForm, isConfirmedNotFound) => {
      expect(decideCreateOutcome(failed({ kind, status, bodyForm: bodyForm as Failure['bodyForm'], isConfirmedNotFound, effect: 'unknown' }), 2).type).toBe('unknown')
    }))
  })

  it.each([
    ['refused', { kind: 'invalid', status: 422 }],
    ['refused', { kind: 'not-found', status: 404, isConfirmedNotFound: true }],
    ['paused', { kind: 'unauthorized', status: 401, bodyForm: 'empty' }],
    ['paused', { kind: 'forbidden', status: 403 }],
    ['passing', { kind: 'rate-limited', status: 429, retryAfterMs: 7_000 }],
    ['passing', { kind: 'locked', status: 423 }],
    ['passing', { kind: 'conflict', status: 409 }],
    ['not-sent', { kind: 'dns', status: null, bodyForm: 'none' }],
    ['not-sent', { kind: 'queue-timeout', status: null, bodyForm: 'none' }],
    ['not-sent', { kind: 'rate-limited', status: null, bodyForm: 'none', retryAfterMs: 7_000 }],
    ['not-sent', { kind: 'circuit-open', status: null, bodyForm: 'none', retryAfterMs: 4_000 }],
  ] as const)('is "%s" where the panel certainly did not act: %o', (expected, error) => {
    expect(decideCreateOutcome(failed({ effect: 'none', ...error }), 2).type).toBe(expected)
  })
})
