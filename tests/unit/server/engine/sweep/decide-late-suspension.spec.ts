import { describe, expect, it } from 'vitest'
import { isLateSuspension, type SentSuspension } from '../../../../../server/engine/sweep/decide-late-suspension.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 2, 1, 12, minutes))
const sent = (given: Partial<SentSuspension> = {}): SentSuspension => ({ operationId: 'suspend', at: at(0), isRefused: false, isSeen: false, ...given })
/** Lifted after ten minutes, and suspended again when it is looked at after fifteen. */
const judge = (calls: readonly SentSuspension[], { noticedAt = at(15), undone = 0 } = {}) => isLateSuspension({ sent: calls, liftedAt: at(10), noticedAt, undone })

describe('a suspension that shows after it was lifted', () => {
  it('may be a request of ours whose effect nobody has seen', () => {
    expect(judge([sent()])).toBe(true)
    expect(judge([sent({ at: at(-51) })])).toBe(true)
  })

  it.each<[string, SentSuspension[]]>([
    ['nothing was sent', []],
    ['the panel refused what was sent', [sent({ isRefused: true })]],
    ['it took effect then', [sent({ isSeen: true })]],
    ['it was sent too long ago to be under way', [sent({ at: at(-52) })]],
    ['it was sent after the lifting', [sent({ at: at(11) })]],
  ])('was made by hand when %s', (_, calls) => {
    expect(judge(calls)).toBe(false)
  })

  it('may be the first of two calls, of which one alone took effect', () => {
    expect(judge([sent({ isSeen: true }), sent({ at: at(1), isSeen: true })])).toBe(true)
    expect(judge([sent({ isSeen: true }), sent({ operationId: 'another', isSeen: true })])).toBe(false)
  })

  it('is undone once for each request, so that one by hand afterwards stays', () => {
    expect(judge([sent()], { undone: 1 })).toBe(false)
    expect(judge([sent(), sent()], { undone: 1 })).toBe(true)
  })

  it('says nothing when it showed before the lifting was asked for', () => {
    expect(judge([sent()], { noticedAt: at(9) })).toBe(false)
  })
})
