import { describe, expect, it } from 'vitest'
import { groupByDay } from '~/composables/groupByDay'

const NOON = new Date(2026, 10, 23, 12).getTime()
const entry = (hoursAgo: number) => ({ createdAt: new Date(NOON - hoursAgo * 3_600_000).toISOString() })

describe('groupByDay', () => {
  it('splits at midnight of the reader, and keeps the order', () => {
    const [today, yesterday, older] = groupByDay([entry(1), entry(11), entry(13), entry(60)], NOON)
    expect(today).toMatchObject({ label: 'Today', items: [entry(1), entry(11)] })
    expect(yesterday).toMatchObject({ label: 'Yesterday', items: [entry(13)] })
    expect(older?.label).toBe('Saturday, 21 November 2026')
  })
})
