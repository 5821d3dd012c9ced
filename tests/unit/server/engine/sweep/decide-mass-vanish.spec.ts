import { describe, expect, it } from 'vitest'
import { decideMassVanish, vanishLimit } from '../../../../../server/engine/sweep/decide-mass-vanish.ts'

describe('decideMassVanish', () => {
  it.each([[0, 3], [100, 3], [200, 4], [20_000, 400]])('allows a fleet of %i servers %i missing at once', (fleet, allowed) => {
    expect(vanishLimit(fleet)).toBe(allowed)
    expect(decideMassVanish({ missing: allowed, exchanged: 0, fleet })).toBeNull()
    expect(decideMassVanish({ missing: allowed + 1, exchanged: 0, fleet })).toEqual({ missing: allowed + 1, exchanged: 0, allowed, fleet })
  })

  it('counts servers whose number shows another one together with those that are missing', () => {
    expect(decideMassVanish({ missing: 2, exchanged: 2, fleet: 50 })).not.toBeNull()
  })
})
