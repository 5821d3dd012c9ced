import { describe, expect, it } from 'vitest'
import { OPERATION_KINDS, OPERATION_STATES, OPERATION_STEPS } from '../../../../../shared/lifecycle/operations.ts'
import { customerActivityText, customerStepLabel } from '../../../../../server/domains/servers/customer-words.ts'
import { judgeFreshness } from '../../../../../server/domains/servers/freshness.ts'
import { newReference } from '../../../../../server/domains/servers/reference.ts'

describe('the customer\'s words', () => {
  it('exist for every kind, state and step, and name neither the panel nor its software', () => {
    for (const kind of OPERATION_KINDS) {
      for (const state of OPERATION_STATES) {
        for (const step of OPERATION_STEPS[kind]) {
          const text = customerStepLabel({ kind, state, step })
          expect(text).toMatch(/^[A-Z][a-z ,]+$/)
          expect(text).not.toMatch(/panel|virtfusion|undefined/i)
        }
      }
    }
  })

  it('say that something was wanted only where it was, and worked', () => {
    const restart = { kind: 'restart', state: 'succeeded', step: 'verify' } as const
    expect(customerActivityText(restart, true)).toBe('The server was restarted, as you asked')
    expect(customerActivityText(restart, false)).toBe('The server was restarted')
    expect(customerActivityText({ ...restart, state: 'failed' }, true)).toBe('Restarting the server did not work')
  })
})

describe('newReference', () => {
  it('has no letter or digit that is taken for another', () => {
    for (let n = 0; n < 1000; n++) expect(newReference()).toMatch(/^vps-[2-9a-hjkmnp-z]{5}$/)
  })
})

describe('judgeFreshness', () => {
  const now = new Date('2026-11-23T12:00:00.000Z')
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)

  it('is live up to twenty minutes, then stale, and unknown without an observation', () => {
    expect(judgeFreshness(ago(20), now)).toBe('live')
    expect(judgeFreshness(new Date(ago(20).getTime() - 1), now)).toBe('stale')
    expect(judgeFreshness(null, now)).toBe('unknown')
  })
})
