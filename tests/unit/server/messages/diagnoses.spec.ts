import { describe, expect, it } from 'vitest'
import { engineDiagnoses } from '../../../../server/messages/en/diagnoses/index.ts'

describe('what the engine has to say', () => {
  it.each(Object.keys(engineDiagnoses))('reads as whole sentences even without its parameters: %s', (code) => {
    const words = engineDiagnoses[code]?.({})
    expect(words?.title).toMatch(/^[A-Z].*[^.]$/)
    for (const text of [words?.cause, words?.fix]) {
      expect(text).toMatch(/^[A-Z].*\.$/)
      expect(text).not.toMatch(/undefined|null|NaN/)
    }
  })
})
