import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoff } from '../../../../server/engine/backoff.ts'

const random = fc.double({ min: 0, max: 0.999999, noNaN: true })

describe('backoff', () => {
  it('doubles from two seconds, with up to half of it left to chance', () => {
    expect(backoff({ attempt: 1, random: 0 })).toBe(1_000)
    expect(backoff({ attempt: 1, random: 0.999999 })).toBe(2_000)
    expect(backoff({ attempt: 4, random: 0 })).toBe(8_000)
  })

  it('never goes over its cap, and never below what the panel asked for unless that is over the cap', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 10_000 }), random, fc.option(fc.integer({ min: 0, max: 10_000_000 })), (attempt, chance, retryAfterMs) => {
      const ms = backoff({ attempt, random: chance, retryAfterMs })
      expect(ms).toBeGreaterThan(0)
      expect(ms).toBeLessThanOrEqual(15 * 60_000)
      expect(ms).toBeGreaterThanOrEqual(Math.min(retryAfterMs ?? 0, 15 * 60_000))
    }))
  })
})
