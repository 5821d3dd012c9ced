import { describe, expect, it } from 'vitest'
import { describeMinutes } from '../../../utils/delete-delays.ts'

describe('describeMinutes', () => {
  it.each([
    [0, 'less than a minute'],
    [1, '1 minute'],
    [59, '59 minutes'],
    [60, '1 hour'],
    [1500, '1 day 1 hour'],
    [43_800, '30 days 10 hours'],
  ])('says %i minutes as "%s"', (minutes, words) => {
    expect(describeMinutes(minutes)).toBe(words)
  })

  it('drops the smallest unit of three, and a part of a minute', () => {
    expect(describeMinutes(24 * 60 + 61.9)).toBe('1 day 1 hour')
  })
})
