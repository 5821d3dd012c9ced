import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OPERATION_KINDS, OPERATION_STEPS } from '#shared/lifecycle/operations.ts'
import { isGuarded, onlyLooks, planRetry } from '../../../../server/engine/plan-retry.ts'

describe('where a retry goes on', () => {
  it('never goes back to sending once the server exists', () => {
    fc.assert(fc.property(fc.constantFrom(...OPERATION_STEPS.create), fc.constantFrom('sent', 'unknown', 'accepted', undefined), (step, buildState) => {
      const memory = buildState === undefined ? {} : { buildState }
      expect(['install', 'await_install', 'confirm']).toContain(planRetry({ kind: 'create', step, memory, isBound: true }).step)
    }))
  })

  it('begins a refused order from the start, with nothing left but the frozen order', () => {
    expect(planRetry({ kind: 'create', step: 'send', memory: { order: { a: 1 }, ownerId: 2, baseline: [1], sentAt: 'x' }, isBound: false })).toEqual({ step: 'prepare', memory: { order: { a: 1 } } })
  })

  it('only waits on for an installation that is under way', () => {
    expect(planRetry({ kind: 'create', step: 'await_install', memory: { buildState: 'accepted', installSince: 'x' }, isBound: true })).toEqual({ step: 'await_install', memory: { buildState: 'accepted' } })
  })

  it('only looks for a deletion or a build that the panel has taken', () => {
    expect(planRetry({ kind: 'delete', step: 'verify', memory: { acceptedAt: 'x', verifySince: 'y' }, isBound: true })).toEqual({ step: 'verify', memory: { acceptedAt: 'x' } })
    expect(planRetry({ kind: 'delete', step: 'await_deletion', memory: { acceptedAt: 'x', askedAt: 'y', dueAt: 'z' }, isBound: true })).toEqual({ step: 'await_deletion', memory: { acceptedAt: 'x', askedAt: 'y', dueAt: 'z' } })
    expect(planRetry({ kind: 'rebuild', step: 'await_install', memory: { acceptedAt: 'x' }, isBound: true }).step).toBe('await_install')
  })

  it('builds nothing again that the panel has taken, not even where that build has failed: what was typed is older than that build', () => {
    const memory = { acceptedAt: 'x', overBuild: 'b', builtBefore: 'y' }
    expect(planRetry({ kind: 'rebuild', step: 'await_install', memory, isBound: true }).step).toBe('await_install')
    expect(onlyLooks({ kind: 'rebuild', step: 'await_install', memory })).toBe(false)
    expect(isGuarded({ kind: 'rebuild', memory })).toBe(false)
  })

  it('says that only a look follows exactly where nothing can be sent', () => {
    fc.assert(fc.property(fc.constantFrom('delete', 'rebuild'), fc.nat(6), fc.boolean(), (kind, index, isAccepted) => {
      const step = OPERATION_STEPS[kind][index % OPERATION_STEPS[kind].length] ?? ''
      const memory = isAccepted ? { acceptedAt: 'x' } : {}
      const plan = planRetry({ kind, step, memory, isBound: true })
      expect(onlyLooks({ kind, step, memory })).toBe(['await_deletion', 'await_install', 'confirm', 'verify'].includes(plan.step))
    }))
    expect(onlyLooks({ kind: 'suspend', step: 'verify', memory: { acceptedAt: 'x' } })).toBe(false)
  })

  it('knows what a rebuild may erase once a read has told what was on the disk', () => {
    expect(isGuarded({ kind: 'rebuild', memory: { builtBefore: 'never' } })).toBe(true)
    expect(isGuarded({ kind: 'rebuild', memory: {} })).toBe(false)
  })

  it('keeps that a lost deletion may be counting at the panel, and begins to count its refusals anew', () => {
    expect(planRetry({ kind: 'delete', step: 'check', memory: { isLost: true, askedAt: 'y', refusals: 20 }, isBound: true })).toEqual({ step: 'check', memory: { isLost: true, askedAt: 'y' } })
  })

  it('always leads to a step of its kind', () => {
    fc.assert(fc.property(fc.constantFrom(...OPERATION_KINDS), fc.nat(6), fc.boolean(), fc.boolean(), (kind, index, isBound, isAccepted) => {
      const steps = OPERATION_STEPS[kind]
      const step = steps[index % steps.length] ?? ''
      expect(steps).toContain(planRetry({ kind, step, memory: isAccepted ? { acceptedAt: 'x' } : {}, isBound }).step)
    }))
  })
})
