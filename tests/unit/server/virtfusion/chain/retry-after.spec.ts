import { describe, expect, it } from 'vitest'
import { heedRetryAfter, parseRetryAfter } from '../../../../../server/virtfusion/chain/retry-after.ts'

const NOW = Date.parse('2030-01-01T10:00:00Z')

describe('parseRetryAfter', () => {
  it.each([
    ['seconds', '30', 30_000],
    ['zero', '0', 0],
    ['a fraction', '1.5', 1_500],
    ['a date', 'Tue, 01 Jan 2030 10:00:20 GMT', 20_000],
    ['a date that has passed', 'Tue, 01 Jan 2030 09:00:00 GMT', 0],
    ['more than a day', '999999', 999_999_000],
    ['more than anybody could mean', '9'.repeat(30), 946_080_000_000],
    ['nonsense', 'soon', null],
    ['an empty header', '', null],
    ['no header', null, null],
  ])('reads %s', (_, header, expected) => {
    expect(parseRetryAfter(header, NOW)).toBe(expected)
  })

  it.each([[null, null], [30_000, 30_000], [86_400_000, 900_000]])('is heeded for a quarter of an hour at most: %s', (asked, expected) => {
    expect(heedRetryAfter(asked)).toBe(expected)
  })
})
