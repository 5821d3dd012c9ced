import { describe, expect, it } from 'vitest'
import { decideVerify } from '../../../../server/engine/decide-verify.ts'

describe('verifying a change', () => {
  it('believes what it sees, even after the limit', () => {
    expect(decideVerify({ isReached: true, looks: 99, elapsedMs: 999_999 })).toEqual({ type: 'reached' })
  })

  it('looks again at growing pauses, and stops at the limit', () => {
    expect([0, 1, 2, 3, 40].map((looks) => decideVerify({ isReached: false, looks, elapsedMs: 0 }))).toEqual([1, 1, 2, 3, 3].map((seconds) => ({ type: 'look-again', ms: seconds * 1000 })))
    expect(decideVerify({ isReached: false, looks: 40, elapsedMs: 120_000 })).toEqual({ type: 'limit' })
    expect(decideVerify({ isReached: false, looks: 1, elapsedMs: 500, limitMs: 500 })).toEqual({ type: 'limit' })
  })
})
