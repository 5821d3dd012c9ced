import { describe, expect, it } from 'vitest'
import { allowedHarm } from '#shared/lifecycle/harm.ts'
import { OPERATION_KINDS } from '#shared/lifecycle/operations.ts'
import { decideHarm, type HarmFacts } from '../../../../../server/engine/harm/decide-harm.ts'

const facts = (different: Partial<HarmFacts> = {}): HarmFacts => ({
  kind: 'delete', isApproved: false, isAlarmOpen: false, letThroughLastHour: 0, fleet: 240, settings: { harmPerHour: 20, harmPercentPerHour: 2 }, ...different,
})

describe('allowedHarm', () => {
  it.each([
    { fleet: 0, allowed: 20, why: 'the number holds for a fleet that is empty' },
    { fleet: 240, allowed: 20, why: 'a small fleet is held by the number, not by its share' },
    { fleet: 1000, allowed: 20, why: 'both alike' },
    { fleet: 1001, allowed: 21, why: 'a share is rounded up' },
    { fleet: 20_000, allowed: 400, why: 'a large fleet is held by its share' },
  ])('is $allowed for $fleet servers: $why', ({ fleet, allowed }) => {
    expect(allowedHarm({ harmPerHour: 20, harmPercentPerHour: 2 }, fleet)).toBe(allowed)
  })
})

describe('decideHarm', () => {
  it('lets the last place through and raises the alarm at the next', () => {
    expect(decideHarm(facts({ letThroughLastHour: 19 }))).toBe('pass')
    expect(decideHarm(facts({ letThroughLastHour: 20 }))).toBe('alarm')
    expect(decideHarm(facts({ letThroughLastHour: 5000 }))).toBe('alarm')
  })

  it('holds everything harmful while an alarm stands, even where the hour has room again', () => {
    for (const kind of ['suspend', 'delete', 'rebuild'] as const) expect(decideHarm(facts({ kind, isAlarmOpen: true }))).toBe('hold')
  })

  it('never stops what harms nobody', () => {
    const harmless = OPERATION_KINDS.filter((kind) => !['suspend', 'delete', 'rebuild'].includes(kind))
    expect(harmless).toContain('unsuspend')
    for (const kind of harmless) expect(decideHarm(facts({ kind, isAlarmOpen: true, letThroughLastHour: 5000 })), kind).toBe('pass')
  })

  it('lets go on what an admin has confirmed, whatever the hour has seen', () => {
    expect(decideHarm(facts({ isApproved: true, isAlarmOpen: true, letThroughLastHour: 20 }))).toBe('pass')
  })
})
