import { describe, expect, it } from 'vitest'
import { formatAbsolute, formatRelative, formatUntil } from '~/composables/formatTime'

const NOW = Date.parse('2026-11-23T17:00:00.000Z')
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString()

describe('formatRelative', () => {
  it.each([
    [3, 'just now'],
    [59, 'just now'],
    [60, '1 minute ago'],
    [7200, '2 hours ago'],
    [86_400, '1 day ago'],
    [86_400 * 45, '1 month ago'],
    [-3600, 'in 1 hour'],
    [-30, 'in a moment'],
  ])('says what %i seconds ago is in words: %s', (secondsAgo, words) => {
    expect(formatRelative(at(secondsAgo), NOW)).toBe(words)
  })
})

describe('formatUntil', () => {
  it.each([
    [0, 'now'],
    [5, 'now'],
    [-1, 'in 1 second'],
    [-119, 'in 119 seconds'],
    [-180, 'in 3 minutes'],
  ])('counts what is near by the second: %i gives %s', (secondsAgo, words) => {
    expect(formatUntil(at(secondsAgo), NOW)).toBe(words)
  })
})

describe('formatAbsolute', () => {
  it('names the zone, so that nobody has to guess it', () => {
    expect(formatAbsolute('2026-11-23T17:05:09.000Z', 'UTC')).toBe('23 Nov 2026, 17:05:09 UTC')
  })
})
