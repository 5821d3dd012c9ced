import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { currentTrafficMonth, isoDate, offsetDate, plainDate, trafficPeriod, zuluDate } from '../../../simulator/core/dates.ts'

const moment = fc.integer({ min: Date.UTC(1969, 0, 1), max: Date.UTC(2200, 0, 1) })

describe('dates', () => {
  it('are written as Date writes them, whatever was asked before', () => {
    fc.assert(fc.property(moment, fc.double({ min: 0, max: 0.999, noNaN: true }), (ms, fraction) => {
      const iso = new Date(ms).toISOString()
      expect([isoDate(ms + fraction), offsetDate(ms), zuluDate(ms), plainDate(ms)])
        .toEqual([iso, `${iso.slice(0, 19)}+00:00`, iso.replace('Z', '000Z'), iso.slice(0, 19).replace('T', ' ')])
    }))
  })

  it('find the traffic period that holds a moment', () => {
    fc.assert(fc.property(fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) }), fc.integer({ min: 0, max: 4000 }), (created, days) => {
      const now = created + days * 86_400_000
      const { start, end } = trafficPeriod(created, currentTrafficMonth(created, now))
      expect(start <= now && now < end + 1000).toBe(true)
    }))
  })
})
