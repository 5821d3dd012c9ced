import { describe, expect, it } from 'vitest'
import { fromLocalField, toLocalField } from '../../../utils/local-moment'

describe('toLocalField and fromLocalField', () => {
  it('lead back to the same minute, whatever the zone', () => {
    for (const moment of ['2026-11-23T10:30:00.000Z', '2026-07-01T00:00:00.000Z', '2026-03-29T01:30:00.000Z']) {
      expect(fromLocalField(toLocalField(moment))).toBe(moment)
    }
  })

  it('take a minute in until which is looked for, and lead back to it', () => {
    const last = fromLocalField(toLocalField('2026-11-23T10:30:00.000Z'), 'last')
    expect(last).toBe('2026-11-23T10:30:59.999Z')
    expect(toLocalField(last)).toBe(toLocalField('2026-11-23T10:30:00.000Z'))
  })

  it('take nothing, and what is no date, as nothing', () => {
    expect(toLocalField(undefined)).toBe('')
    expect(toLocalField('yesterday')).toBe('')
    expect(fromLocalField('')).toBeUndefined()
    expect(fromLocalField('', 'last')).toBeUndefined()
    expect(fromLocalField('2026-13-45T99:99')).toBeUndefined()
  })
})
