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

  it.each([
    ['server_busy', { said: 'The server is locked.' }, 'The panel says: “The server is locked”.'],
    ['probe_create_refused', { said: 'No hypervisor has room' }, 'The panel says: “No hypervisor has room”.'],
    ['create_put_off', { status: 423, said: 'Busy.' }, 'and says: “Busy”. No server was made'],
    ['owner_not_readable', { extRelationId: 7, said: 'Taken' }, '(number 7): “Taken”. It may have one'],
    ['power_task_failed', { message: 'Timeout. ' }, 'ended with a failure: “Timeout”.'],
  ])('ends what the panel says with one full stop, whether it wrote one or not: %s', (code, params, part) => {
    expect(engineDiagnoses[code]?.(params).cause).toContain(part)
  })

  it.each(['panel_holds_deletion', 'panel_delay_unsettled'])('says a day as people write it: %s', (code) => {
    expect(engineDiagnoses[code]?.({ dueAt: '2026-11-24T09:05:00.591Z' }).cause).toContain('24 Nov 2026, 09:05 UTC')
  })
})
