import { describe, expect, it } from 'vitest'
import { quote } from '../../../../server/engine/diagnosis.ts'

describe('quote', () => {
  it('never ends in half a character, which no row could hold', () => {
    expect(quote('busy 🚀 now', 6)).toBe('busy \uFFFD')
    expect(quote('busy 🚀 now', 7)).toBe('busy 🚀')
  })
})
