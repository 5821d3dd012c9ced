import { describe, expect, it } from 'vitest'
import { OPERATION_LABELS } from '#shared/lifecycle/operation-labels.ts'
import { OPERATION_KINDS, OPERATION_STEPS, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import { findOfflineStep, findStep } from '../../../../server/engine/steps/index.ts'
import { describeEvent, stepLabel } from '../../../../server/messages/en/operation-events.ts'

describe('the steps of every kind', () => {
  it('are all there, with a name for people', () => {
    for (const kind of OPERATION_KINDS) {
      expect(OPERATION_LABELS[kind]).not.toBe('')
      for (const step of OPERATION_STEPS[kind]) {
        const found = step === SCHEDULED_STEP ? findOfflineStep({ kind, step }, { virtfusionServerId: 1 }) : findStep(kind, step)
        expect(found, `${kind} ${step}`).toBeTypeOf('function')
        expect(stepLabel(step)).not.toBe(step)
      }
    }
  })

  it('needs no panel to delete what was never made', () => {
    expect(findOfflineStep({ kind: 'delete', step: 'check' }, { virtfusionServerId: null })).not.toBeNull()
    expect(findOfflineStep({ kind: 'delete', step: 'check' }, { virtfusionServerId: 7 })).toBeNull()
    expect(findOfflineStep({ kind: 'suspend', step: 'check' }, { virtfusionServerId: null })).toBeNull()
  })
})

describe('the timeline in words', () => {
  it('adds the reason where there is one', () => {
    expect(describeEvent('failed', { diagnosis: { code: 'install_failed', params: {} } })).toBe('Failed. The operating system was not installed.')
    expect(describeEvent('scheduled', { dueAt: '2026-11-24T09:05:00.000Z' })).toBe('Scheduled for 24 Nov 2026, 09:05 UTC.')
    expect(describeEvent('bound', { virtfusionServerId: 7 })).toBe('The panel made server 7.')
    expect(describeEvent('a_code_of_tomorrow', null)).toBe('a code of tomorrow')
  })
})
