import { describe, expect, it } from 'vitest'
import { counterIn, witnessName } from '../../../../../server/engine/identity/witness-name.ts'

describe('the witness\'s name', () => {
  it.each([1, 123, 999_999, 1_000_000, 123_456_789])('carries the count %i there and back', (counter) => {
    expect(counterIn(witnessName(counter))).toBe(counter)
  })

  it.each(['', 'Berth witness', 'Berth witness 12', 'Berth witness 000012 old', 'Somebody'])('tells no count when somebody made it "%s"', (name) => {
    expect(counterIn(name)).toBeNull()
  })
})
