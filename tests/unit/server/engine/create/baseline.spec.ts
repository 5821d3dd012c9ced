import { describe, expect, it } from 'vitest'
import { knownBefore, noteBaseline } from '../../../../../server/engine/create/baseline.ts'

const OLD = { id: 77, uuid: '5a5f5c1e-0000-4000-8000-000000000077' }
const OF_THAT_NUMBER = { id: 77, uuid: '91b3aa02-0000-4000-8000-000000000077' }

describe('what an owner had before an order was sent', () => {
  it('is known again', () => {
    expect(knownBefore(noteBaseline([OLD]))(OLD)).toBe(true)
    expect(knownBefore(noteBaseline([]))(OLD)).toBe(false)
  })

  it('is no other server of that number: a panel from a backup gives it again, maybe to the ordered one', () => {
    expect(knownBefore(noteBaseline([OLD]))(OF_THAT_NUMBER)).toBe(false)
  })

  it('is known by its number alone where an order from before kept no more', () => {
    expect(knownBefore({ baseline: [77] })(OF_THAT_NUMBER)).toBe(true)
  })

  it('is nothing where it could not be listed', () => {
    expect(knownBefore({ baseline: null, baselineMarks: null })(OLD)).toBe(false)
  })
})
