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

  it.each(['panel_holds_deletion', 'panel_delay_unsettled'])('says a day as people write it: %s', (code) => {
    expect(engineDiagnoses[code]?.({ dueAt: '2026-11-24T09:05:00.591Z' }).cause).toContain('24 Nov 2026, 09:05 UTC')
  })
})
