import { describe, expect, it } from 'vitest'
import { OPERATION_LABELS } from '#shared/lifecycle/operation-labels.ts'
import { OPERATION_KINDS, OPERATION_STEPS, SCHEDULED_STEP } from '#shared/lifecycle/operations.ts'
import { findOfflineStep, findStep } from '../../../../server/engine/steps/index.ts'
import { describeEvent, stepLabel } from '../../../../server/messages/en/operation-events.ts'

type Facts = Parameters<typeof findOfflineStep>[0]
const ASKED_AT = new Date('2026-11-24T09:00:00Z')
const operation = (given: Partial<Facts>): Facts => ({ kind: 'boot', step: 'check', attempt: 0, createdAt: ASKED_AT, memory: {}, ...given })
const minutesLater = (minutes: number) => new Date(ASKED_AT.getTime() + minutes * 60_000)

describe('the steps of every kind', () => {
  it('are all there, with a name for people', () => {
    for (const kind of OPERATION_KINDS) {
      expect(OPERATION_LABELS[kind]).not.toBe('')
      for (const step of OPERATION_STEPS[kind]) {
        const found = step === SCHEDULED_STEP ? findOfflineStep(operation({ kind, step }), { virtfusionServerId: 1 }, ASKED_AT) : findStep(kind, step)
        expect(found, `${kind} ${step}`).toBeTypeOf('function')
        expect(stepLabel(step)).not.toBe(step)
      }
    }
  })

  it('needs no panel to delete what was never made', () => {
    expect(findOfflineStep(operation({ kind: 'delete' }), { virtfusionServerId: null }, ASKED_AT)).not.toBeNull()
    expect(findOfflineStep(operation({ kind: 'delete' }), { virtfusionServerId: 7 }, ASKED_AT)).toBeNull()
    expect(findOfflineStep(operation({ kind: 'suspend' }), { virtfusionServerId: null }, ASKED_AT)).toBeNull()
  })
})

describe('a power action that waits', () => {
  const isOver = (given: Partial<Facts>, minutes: number) => findOfflineStep(operation(given), { virtfusionServerId: 7 }, minutesLater(minutes)) !== null

  it.each(['boot', 'shutdown', 'restart', 'poweroff'] as const)('is not carried out when a quarter of an hour has passed: %s', async (kind) => {
    expect([isOver({ kind }, 15), isOver({ kind }, 16)]).toEqual([false, true])
    const end = findOfflineStep(operation({ kind }), { virtfusionServerId: 7 }, minutesLater(16))
    expect(await end?.({} as never)).toMatchObject({ type: 'fail', diagnosis: { code: 'wish_expired', params: { minutes: 15 } } })
  })

  it('goes on once it may have been sent, and where somebody has just had it tried again', () => {
    expect([isOver({ step: 'send' }, 60), isOver({ step: 'verify' }, 60), isOver({ attempt: 1 }, 60)]).toEqual([false, false, false])
    const memory = { retriedAt: minutesLater(60).toISOString() }
    expect([isOver({ memory }, 70), isOver({ memory }, 80)]).toEqual([false, true])
  })

  it('is the only kind that gets old: what an admin has decided about a server still holds', () => {
    expect(['suspend', 'unsuspend', 'rename', 'rebuild', 'resize', 'transfer'].map((kind) => isOver({ kind: kind as Facts['kind'] }, 600))).toEqual(Array.from({ length: 6 }, () => false))
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
