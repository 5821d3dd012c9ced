import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decidePower, isAlreadySo } from '../../../../server/engine/decide-power.ts'

describe('power', () => {
  it('has nothing to do where the server is as wanted, but a restart always does', () => {
    expect(isAlreadySo('boot', 'running')).toBe(true)
    expect(isAlreadySo('shutdown', 'stopped')).toBe(true)
    expect(isAlreadySo('restart', 'running')).toBe(false)
    expect(isAlreadySo('boot', null)).toBe(false)
  })

  it('never sends a restart or a power-off again', () => {
    const all = fc.record({
      power: fc.constantFrom('running', 'stopped', 'paused', 'unknown', null), task: fc.constantFrom('running', 'finished', 'none'),
      isUnknown: fc.boolean(), elapsedMs: fc.nat(600_000), limitMs: fc.integer({ min: 1, max: 300_000 }), kind: fc.constantFrom('restart', 'poweroff'),
    })
    fc.assert(fc.property(all, (given) => {
      expect(decidePower(given as Parameters<typeof decidePower>[0])).not.toBe('send-again')
    }))
  })

  it('sends a lost boot again only when the server is still off at the limit', () => {
    const lost = { kind: 'boot' as const, task: 'none' as const, isUnknown: true, limitMs: 10_000 }
    expect(decidePower({ ...lost, power: 'stopped', elapsedMs: 9_999 })).toBe('look-again')
    expect(decidePower({ ...lost, power: 'stopped', elapsedMs: 10_000 })).toBe('send-again')
    expect(decidePower({ ...lost, power: 'running', elapsedMs: 10_000 })).toBe('done')
  })

  it('is not done while the panel still works on it, and ends at the limit', () => {
    const sent = { kind: 'shutdown' as const, isUnknown: false, limitMs: 300_000 }
    expect(decidePower({ ...sent, power: 'stopped', task: 'running', elapsedMs: 5 })).toBe('look-again')
    expect(decidePower({ ...sent, power: 'stopped', task: 'finished', elapsedMs: 5 })).toBe('done')
    expect(decidePower({ ...sent, power: 'running', task: 'finished', elapsedMs: 300_000 })).toBe('limit')
  })
})
