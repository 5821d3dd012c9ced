import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canResolve, canTransition, isActive, isFinal, judgeCancel, judgeRetry, OPERATION_KINDS, OPERATION_STATES, OPERATION_STEPS, SCHEDULED_STEP, type OperationFacts } from '#shared/lifecycle/operations.ts'

const facts = fc.record({
  kind: fc.constantFrom(...OPERATION_KINDS), state: fc.constantFrom(...OPERATION_STATES), isBound: fc.boolean(), hasActed: fc.boolean(), onlyLooks: fc.boolean(), isGuarded: fc.boolean(), at: fc.nat(6),
}).map(({ at, ...rest }): OperationFacts => ({ ...rest, step: OPERATION_STEPS[rest.kind][at % OPERATION_STEPS[rest.kind].length] ?? '' }))

describe('the states of an operation', () => {
  it('have no arrow out of an end, but a failed one may be asked for again', () => {
    for (const to of OPERATION_STATES) {
      expect(canTransition('succeeded', to)).toBe(false)
      expect(canTransition('cancelled', to)).toBe(false)
      expect(canTransition('failed', to)).toBe(to === 'queued')
    }
  })

  it('reach an end or a person from everywhere', () => {
    for (const from of OPERATION_STATES.filter(isActive)) {
      const reached = new Set([from])
      for (const state of reached) for (const to of OPERATION_STATES) if (canTransition(state, to)) reached.add(to)
      expect([...reached].some(isFinal)).toBe(true)
      expect(reached.has('needs_attention')).toBe(true)
    }
  })
})

describe('what a person may do with an operation', () => {
  it('allows a decision only about a create that nobody knows the effect of, and then nothing else', () => {
    fc.assert(fc.property(facts, (operation) => {
      if (!canResolve(operation)) return
      expect(operation).toMatchObject({ kind: 'create', state: 'needs_attention', isBound: false })
      expect(judgeRetry(operation).allowed).toBe(false)
      expect(judgeCancel(operation).allowed).toBe(false)
    }))
  })

  it('cancels nothing that is over, that is being worked on, or that the panel was asked for, unless it stands in front of somebody', () => {
    fc.assert(fc.property(facts, (operation) => {
      if (!judgeCancel(operation).allowed) return
      expect(isActive(operation.state)).toBe(true)
      expect(operation.state).not.toBe('running')
      if (operation.state === 'needs_attention') return
      expect(operation.kind === 'create' && operation.isBound).toBe(false)
      expect(operation.hasActed).toBe(false)
    }))
  })

  it('leaves nothing that stands in front of somebody without a way out', () => {
    fc.assert(fc.property(facts, (operation) => {
      if (operation.state !== 'needs_attention' || operation.step === SCHEDULED_STEP) return
      // What would erase a disk that nobody has confirmed since is called off, and asked for anew.
      const mayRetry = judgeRetry(operation).allowed || (operation.kind === 'rebuild' && operation.isGuarded === false)
      expect(canResolve(operation) || (mayRetry && judgeCancel(operation).allowed)).toBe(true)
    }))
  })

  it.each(['delete', 'rebuild'] as const)('never sends a %s that has failed again on one click: it says where to ask for it anew, and only looks at what the panel has taken', (kind) => {
    for (const step of OPERATION_STEPS[kind].filter((name) => name !== SCHEDULED_STEP)) {
      const failed = { kind, step, state: 'failed', isBound: true, hasActed: true, isGuarded: true } as const
      expect(judgeRetry({ ...failed, onlyLooks: false })).toMatchObject({ allowed: false, reason: expect.stringMatching(/(Delete|Reinstall) the server again/) })
      expect(judgeRetry({ ...failed, onlyLooks: true }).allowed).toBe(true)
    }
    expect(judgeRetry({ kind: 'suspend', step: 'check', state: 'failed', isBound: true, hasActed: false }).allowed).toBe(true)
  })

  it('says that a server of nobody is deleted again where it stands: its row ends with the deletion', () => {
    expect(judgeRetry({ kind: 'delete', step: 'check', state: 'failed', isBound: true, hasActed: false, isOfNobody: true })).toMatchObject({ allowed: false, reason: expect.stringContaining('Drift and orphans') })
  })

  it('erases no disk of which nobody knows what was installed on it since the reinstallation was confirmed', () => {
    const waiting = { kind: 'rebuild', step: 'check', state: 'needs_attention', isBound: true, hasActed: false } as const
    expect(judgeRetry({ ...waiting, isGuarded: false })).toMatchObject({ allowed: false, reason: expect.stringContaining('reinstall the server again') })
    expect(judgeRetry({ ...waiting, isGuarded: true }).allowed).toBe(true)
    expect(judgeRetry({ ...waiting, step: 'await_install', isGuarded: false, onlyLooks: true }).allowed).toBe(true)
    expect(judgeCancel({ ...waiting, isGuarded: false }).allowed).toBe(true)
  })

  it('tries nothing again that may have been done before a restore and would be done twice; a deletion with a day does not begin by itself then', () => {
    const before = { state: 'needs_attention', isBound: true, hasActed: false, isFromBefore: true } as const
    for (const kind of ['rebuild', 'restart', 'poweroff'] as const) expect(judgeRetry({ ...before, kind, step: 'check' })).toMatchObject({ allowed: false, reason: expect.stringContaining('ask for it anew') })
    expect(judgeRetry({ ...before, kind: 'delete', step: SCHEDULED_STEP })).toMatchObject({ allowed: false, reason: expect.stringContaining('Cancel it') })
    expect(judgeRetry({ ...before, kind: 'suspend', step: 'check' }).allowed).toBe(true)
    expect(judgeCancel({ ...before, kind: 'rebuild', step: 'check' }).allowed).toBe(true)
  })

  it('lets an operation be given up that the panel has kept waiting for half an hour, but no order whose server may come yet', () => {
    const stalled = { state: 'waiting', hasActed: true, isStalled: true } as const
    expect(judgeCancel({ ...stalled, kind: 'create', step: 'await_install', isBound: true }).allowed).toBe(true)
    expect(judgeCancel({ ...stalled, kind: 'suspend', step: 'verify', isBound: true }).allowed).toBe(true)
    expect(judgeCancel({ ...stalled, kind: 'create', step: 'settle', isBound: false }).allowed).toBe(false)
    expect(judgeCancel({ ...stalled, kind: 'suspend', step: 'verify', isBound: true, isStalled: false }).allowed).toBe(false)
  })

  it('gives a reason wherever it says no', () => {
    fc.assert(fc.property(facts, (operation) => {
      for (const verdict of [judgeRetry(operation), judgeCancel(operation)]) if (!verdict.allowed) expect(verdict.reason).toMatch(/\.$/)
    }))
  })
})
