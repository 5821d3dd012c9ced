import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canTransition, OPERATION_KINDS, OPERATION_STEPS } from '#shared/lifecycle/operations.ts'
import { decideTransition, progressOf, remember, type OperationFacts } from '../../../../server/engine/decide-transition.ts'
import { attention, done, fail, next, retry, wait, type Outcome } from '../../../../server/engine/outcome.ts'

const before = (rest: Partial<OperationFacts> = {}): OperationFacts => ({ kind: 'create', state: 'running', step: 'intend', attempt: 0, maxAttempts: 3, memory: {}, diagnosisCode: null, ...rest })
const at = { now: new Date('2026-01-01T00:00:00Z'), random: 0 }
const busy = { code: 'server_busy', params: {} }

describe('what an operation becomes after a step', () => {
  it('goes on at once with the next step, and forgets how often it had to wait', () => {
    expect(decideTransition(before({ memory: { stalls: 4, ownerId: 2 } }), next('send', { learnt: { baseline: [1] } }), at))
      .toMatchObject({ state: 'running', step: 'send', goesOn: true, nextAttemptAt: null, memory: { ownerId: 2, baseline: [1] }, events: [{ code: 'step_begun', params: { step: 'send' } }] })
  })

  it('reads as running while it only looks again, and as waiting when something stands in its way', () => {
    expect(decideTransition(before(), wait(2_000), at)).toMatchObject({ state: 'running', nextAttemptAt: new Date('2026-01-01T00:00:02Z'), events: [], attempt: 0 })
    expect(decideTransition(before(), wait(2_000, busy), at)).toMatchObject({ state: 'waiting', diagnosis: busy, events: [{ code: 'waiting' }] })
  })

  it('tells the timeline once, however often it waits for the same', () => {
    expect(decideTransition(before({ diagnosisCode: 'server_busy' }), wait(2_000, busy), at).events).toEqual([])
  })

  it('waits longer each time for a panel that does not answer, up to a minute, without using up its tries', () => {
    let memory = {}
    const pauses = Array.from({ length: 9 }, () => {
      const transition = decideTransition(before({ memory }), wait('backoff', busy), { now: at.now, random: 0.999999 })
      memory = transition.memory
      expect(transition.attempt).toBe(0)
      return (transition.nextAttemptAt?.getTime() ?? 0) - at.now.getTime()
    })
    expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60, 60, 60].map((seconds) => seconds * 1_000))
  })

  it.each([['without a hint', null, 35], ['by half a minute each time', 30_000, 35], ['by a quarter of an hour each time', 900_000, 2], ['by a day', 86_400_000, 2]])(
    'leaves what the panel puts off %s to a person after half an hour, and never waits longer than a quarter', (_, retryAfterMs, waits) => {
      const stalled = { code: 'create_put_off', params: {} }
      let [facts, passed] = [before({ step: 'send', memory: { ownerId: 2 } }), 0]
      for (let looks = 0; ; looks++) {
        const { state, step, attempt, memory, diagnosis, nextAttemptAt } = decideTransition(facts, wait('backoff', busy, { step: 'intend', retryAfterMs, stalled }), { now: at.now, random: 0.999999 })
        expect(attempt).toBe(0)
        if (state === 'needs_attention') {
          expect({ looks, step, diagnosis, memory }).toEqual({ looks: waits, step: 'send', diagnosis: stalled, memory: { ownerId: 2 } })
          break
        }
        expect({ state, step, diagnosis }).toEqual({ state: 'waiting', step: 'intend', diagnosis: busy })
        const ms = (nextAttemptAt?.getTime() ?? 0) - at.now.getTime()
        expect(ms).toBeGreaterThanOrEqual(Math.min(retryAfterMs ?? 0, 900_000))
        expect(ms).toBeLessThanOrEqual(900_000)
        passed += ms
        // Back to the send, which is where it was put off.
        facts = { ...facts, memory: decideTransition({ ...facts, memory, step: 'intend' }, next('send'), at).memory }
      }
      expect(passed / 60_000).toBeGreaterThan(25)
      expect(passed / 60_000).toBeLessThan(35)
    })

  it('counts a retry, and fails with the last reason when the tries are used up', () => {
    expect(decideTransition(before(), retry(busy, { step: 'prepare' }), at)).toMatchObject({ state: 'waiting', attempt: 1, step: 'prepare', isFinal: false })
    expect(decideTransition(before({ attempt: 2 }), retry(busy), at)).toMatchObject({ state: 'failed', attempt: 3, isFinal: true, diagnosis: busy })
  })

  it('keeps its step where a person has to look, so that it can go on from there', () => {
    expect(decideTransition(before({ step: 'settle' }), attention(busy), at)).toMatchObject({ state: 'needs_attention', step: 'settle', isFinal: false, nextAttemptAt: null })
  })

  it('only ever takes an arrow that exists, and is at 100 percent only when it is done', () => {
    const outcomes: Outcome[] = [next('check'), wait(1), wait(1, busy), wait('backoff', busy), retry(busy), fail(busy), attention(busy), done()]
    fc.assert(fc.property(fc.constantFrom(...OPERATION_KINDS), fc.constantFrom(...outcomes), fc.nat(9), fc.double({ min: 0, max: 0.99, noNaN: true }), (kind, outcome, attempt, random) => {
      const step = OPERATION_STEPS[kind].at(-1) ?? ''
      const transition = decideTransition(before({ kind, step, attempt }), outcome, { now: at.now, random })
      expect(canTransition('running', transition.state)).toBe(true)
      expect(transition.progress === 100).toBe(transition.state === 'succeeded')
      expect(transition.nextAttemptAt !== null).toBe(transition.state === 'waiting' || (transition.state === 'running' && !transition.goesOn))
    }))
  })
})

describe('an operation\'s memory', () => {
  it('forgets what is set to null and keeps the rest', () => {
    expect(remember({ a: 1, b: 2 }, { b: null, c: false })).toEqual({ a: 1, c: false })
  })
})

describe('progress', () => {
  it('never shrinks along the steps of a kind', () => {
    for (const kind of OPERATION_KINDS) {
      const percents = OPERATION_STEPS[kind].map((step) => progressOf(kind, step))
      expect(percents).toEqual([...percents].sort((a, b) => a - b))
    }
  })
})
