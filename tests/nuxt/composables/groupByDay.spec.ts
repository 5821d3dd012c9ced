import { describe, expect, it, onTestFinished, vi } from 'vitest'
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

  it('knows yesterday also late on the day that has 25 hours', () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    onTestFinished(() => { vi.unstubAllEnvs() })
    const [yesterday] = groupByDay([{ createdAt: '2026-10-24T10:00:00.000Z' }], Date.parse('2026-10-25T22:30:00.000Z'))
    expect(yesterday?.label).toBe('Yesterday')
  })
})
